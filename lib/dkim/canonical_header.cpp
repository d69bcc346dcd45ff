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

// The length of what begins `body` and stays as it is: no line ends, no white space but single
// spaces within. Goes over blocks first, without branches, so that the compiler uses wide
// registers.
std::size_t unchanged(std::string_view body) {
  constexpr std::size_t block = 16;
  std::size_t i = 0;
  for (; i + block < body.size(); i += block) {
    unsigned char any = 0;
    const char* const at = body.data() + i;
    for (std::size_t j = 0; j < block; ++j) {
      const auto c = static_cast<unsigned char>(at[j]);
      const auto next = static_cast<unsigned char>(at[j + 1]);
      any |= static_cast<unsigned char>(
          static_cast<unsigned char>(c < ' ') |
          (static_cast<unsigned char>(c == ' ') & static_cast<unsigned char>(next <= ' ')));
    }
    if (any != 0) break;
  }
  for (; i < body.size(); ++i) {
    const char c = body[i];
    if (c == '\t' || c == '\n' || c == '\r') break;
    if (c == ' ' && (i + 1 == body.size() || text::is_space(body[i + 1]))) break;
  }
  return i;
}

// The body of a field, unfolded, each run of white space one SP, none at the ends.
void append_relaxed_body(std::string& to, std::string_view body) {
  const auto begin = to.size();
  bool white_space = false;
  while (!body.empty()) {
    const char c = body.front();
    if (c == '\n' || body.starts_with("\r\n")) {
      body.remove_prefix(1);
      continue;
    }
    if (text::is_wsp(c)) {
      white_space = true;
      body.remove_prefix(1);
      continue;
    }
    if (white_space && to.size() > begin) to += ' ';
    white_space = false;
    // At least the character that is here, which may be a CR alone.
    const auto size = std::max<std::size_t>(unchanged(body), 1);
    to += body.substr(0, size);
    body.remove_prefix(size);
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
