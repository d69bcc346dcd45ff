#include "dkim/canonical_header.h"

#include "text/ascii.h"

#include <algorithm>
#include <cstddef>

namespace mox::dkim {

namespace {

std::string_view without_line_end(std::string_view field) {
  if (field.ends_with('\n')) field.remove_suffix(1);
  if (field.ends_with('\r')) field.remove_suffix(1);
  return field;
}

// The body of a field, unfolded, each run of white space one SP, none at the ends.
void append_relaxed_body(std::string& to, std::string_view body) {
  const auto begin = to.size();
  bool white_space = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c == '\n' || (c == '\r' && i + 1 < body.size() && body[i + 1] == '\n')) continue;
    if (text::is_wsp(c)) {
      white_space = true;
      continue;
    }
    if (white_space && to.size() > begin) to += ' ';
    white_space = false;
    to += c;
  }
}

void append_relaxed(std::string& to, std::string_view field) {
  const auto colon = std::min(field.find(':'), field.size());
  for (const char c : text::trim(field.substr(0, colon))) to += text::lower(c);
  to += ':';
  append_relaxed_body(to, field.substr(std::min(colon + 1, field.size())));
}

} // namespace

void append_canonical(std::string& to, std::string_view field, Canonical form) {
  field = without_line_end(field);
  if (form == Canonical::simple)
    to += field;
  else
    append_relaxed(to, field);
  to += "\r\n";
}

void append_unsigned(std::string& to, std::string_view field, std::size_t begin, std::size_t end,
                     Canonical form) {
  field = without_line_end(field);
  end = std::min(end, field.size());
  begin = std::min(begin, end);
  std::string rest;
  rest.reserve(field.size());
  rest.append(field.substr(0, begin)).append(field.substr(end));
  if (form == Canonical::simple)
    to += rest;
  else
    append_relaxed(to, rest);
}

} // namespace mox::dkim
