#include "message/field.h"

#include "message/encoded_word.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::message {

namespace {

// The end of the line that holds `at`, after its line end.
std::size_t line_after(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_empty_line(std::string_view text, std::size_t at) {
  return text[at] == '\n' || (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// ftext = %d33-57 / %d59-126; the white space before the colon is obsolete (section 4.5).
// The length of the name, and where the colon is; npos when this is no field.
std::size_t name_length(std::string_view line, std::size_t& colon) {
  std::size_t length = 0;
  while (length < line.size() && line[length] > ' ' && line[length] < 127 && line[length] != ':')
    ++length;
  colon = length;
  while (colon < line.size() && text::is_wsp(line[colon])) ++colon;
  if (length == 0 || colon == line.size() || line[colon] != ':') return std::string_view::npos;
  return length;
}

} // namespace

std::optional<Field> FieldReader::next() {
  if (at_ >= header_.size() || is_empty_line(header_, at_)) return std::nullopt;
  Field field;
  field.offset = at_;
  at_ = line_after(header_, at_);
  while (at_ < header_.size() && text::is_wsp(header_[at_])) at_ = line_after(header_, at_);
  field.size = at_ - field.offset;
  const auto line = without_line_end(header_.substr(field.offset, field.size));
  std::size_t colon = 0;
  const auto length = name_length(line, colon);
  if (length == std::string_view::npos) {
    field.body = line;
  } else {
    field.name = line.substr(0, length);
    field.body = line.substr(colon + 1);
  }
  return field;
}

Fields::Fields(std::string_view header) {
  fields_.reserve(32);
  FieldReader reader(header);
  while (const auto field = reader.next()) fields_.push_back(*field);
}

const Field* Fields::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      fields_, [&](const Field& field) { return text::iequals(field.name, name); });
  return found == fields_.end() ? nullptr : &*found;
}

std::vector<const Field*> Fields::find_all(std::string_view name) const {
  std::vector<const Field*> found;
  for (const Field& field : fields_)
    if (text::iequals(field.name, name)) found.push_back(&field);
  return found;
}

std::string Fields::text(std::string_view name) const {
  const Field* field = find(name);
  return field ? unfold(field->body) : std::string();
}

std::string unfold(std::string_view body) {
  body = text::trim(body);
  std::string line;
  line.reserve(body.size());
  while (!body.empty()) {
    const auto end = std::min(body.find_first_of(std::string_view("\r\n\0", 3)), body.size());
    line += body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return line;
}

std::string decoded_text(std::string_view body) {
  return decode_words(unfold(body));
}

} // namespace mox::message
