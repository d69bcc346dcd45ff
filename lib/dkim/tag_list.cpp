#include "dkim/tag_list.h"

#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace mox::dkim {

namespace {

// tag-name = ALPHA *ALNUMPUNC ; ALNUMPUNC = ALPHA / DIGIT / "_"
bool is_tag_name(std::string_view name) {
  return !name.empty() && text::is_alpha(name.front()) &&
         std::ranges::all_of(name, [](char c) { return text::is_alnum(c) || c == '_'; });
}

// VALCHAR = %x21-3A / %x3C-7E, and FWS between them; and UTF-8. Without branches, so that the
// compiler uses wide registers.
bool has_control(std::string_view text) {
  unsigned char any = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    any |= static_cast<unsigned char>(
        (static_cast<unsigned char>(byte < ' ') & static_cast<unsigned char>(byte != '\t') &
         static_cast<unsigned char>(byte != '\n') & static_cast<unsigned char>(byte != '\r')) |
        static_cast<unsigned char>(byte == 0x7f));
  }
  return any != 0;
}

} // namespace

const Tag* TagList::find(std::string_view name) const {
  const auto found = std::ranges::find(tags_, name, &Tag::name);
  return found == tags_.end() ? nullptr : &*found;
}

std::optional<std::string_view> TagList::value(std::string_view name) const {
  const Tag* tag = find(name);
  if (tag == nullptr) return std::nullopt;
  return tag->value;
}

Result<TagList> parse_tag_list(std::string_view text) {
  if (text.size() > tag_list_limit)
    return failure(ErrorKind::invalid,
                   fmt::format("a list of tags has at most {} bytes", tag_list_limit));
  if (has_control(text)) return failure(ErrorKind::invalid, "there is a control character");
  TagList list;
  list.tags_.reserve(16);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(';', at), text.size());
    const auto spec = text.substr(at, end - at);
    if (end == text.size() && text::trim(spec).empty() && at > 0) break; // after the last ";"
    const auto equals = spec.find('=');
    const auto name = text::trim(spec.substr(0, equals));
    if (equals == std::string_view::npos || !is_tag_name(name))
      return failure(ErrorKind::invalid,
                     fmt::format("{:?} is no tag with a value", text::trim(spec).substr(0, 40)));
    if (list.find(name) != nullptr)
      return failure(ErrorKind::invalid, fmt::format("tag {}= stands twice", name.substr(0, 40)));
    if (list.tags_.size() == tags_limit)
      return failure(ErrorKind::invalid, fmt::format("more than {} tags", tags_limit));
    const Tag tag{.name = name,
                  .value = text::trim(spec.substr(equals + 1)),
                  .begin = at + equals + 1,
                  .end = end};
    list.tags_.push_back(tag);
    at = end + 1;
  }
  if (list.tags_.empty()) return failure(ErrorKind::invalid, "there are no tags");
  return list;
}

Result<std::vector<std::string_view>> split_list(std::string_view value) {
  std::vector<std::string_view> elements;
  for (;;) {
    const auto colon = value.find(':');
    const auto element = text::trim(value.substr(0, colon));
    if (element.empty()) return failure(ErrorKind::invalid, "a list has an empty element");
    elements.push_back(element);
    if (colon == std::string_view::npos) return elements;
    value.remove_prefix(colon + 1);
  }
}

Result<std::string> decode_base64(std::string_view value) {
  std::string solid;
  solid.reserve(value.size() + 3);
  while (!value.empty()) {
    const auto end = std::min(value.find_first_of(" \t\r\n"), value.size());
    solid += value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  if (!solid.ends_with('=')) solid.append((4 - solid.size() % 4) % 4, '=');
  return text::base64_decode(solid);
}

std::optional<std::uint64_t> parse_digits(std::string_view value) {
  if (value.empty() || !std::ranges::all_of(value, text::is_digit)) return std::nullopt;
  return text::parse_number<std::uint64_t>(value).value_or(
      std::numeric_limits<std::uint64_t>::max());
}

} // namespace mox::dkim
