#include "toml/lexer.h"

#include "text/utf8.h"

#include <algorithm>
#include <cstdint>

namespace mox::toml {

namespace {

char at_or_nul(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

// Length of a newline that begins at `at`, or 0.
std::size_t newline_size(std::string_view text, std::size_t at) {
  if (at_or_nul(text, at) == '\n') return 1;
  return text.substr(at).starts_with("\r\n") ? 2 : 0;
}

std::size_t skip_short_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return std::min(at, text.size());
}

// A string in three quotation marks may end in one or two more, which belong to it.
std::size_t skip_long_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  std::size_t quotes = 0;
  for (at += 3; at < text.size(); ++at) {
    if (text[at] == quote) {
      if (++quotes == 5) return at + 1;
      continue;
    }
    if (quotes >= 3) return at;
    quotes = 0;
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return std::min(at, text.size());
}

// An array or an inline table.
std::size_t skip_container(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
    case '"':
    case '\'': at = skip_string(text, at); continue;
    case '#': at = skip_line(text, at); continue;
    case '[':
    case '{': ++depth; break;
    case ']':
    case '}':
      if (--depth == 0) return at + 1;
      break;
    default: break;
    }
    ++at;
  }
  return at;
}

// A date and a time may have one space between: the end is found from what may follow.
std::size_t skip_scalar(std::string_view text, std::size_t at) {
  auto end = std::min(text.find_first_of(",]}#\r\n", at), text.size());
  while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  return end;
}

// The digits of an escape sequence such as u00E9, from behind its letter.
void append_code_point(std::string& to, std::string_view digits) {
  std::uint32_t character = 0;
  for (const char c : digits) {
    const auto digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    character = character * 16 + static_cast<std::uint32_t>(digit);
  }
  text::append_utf8(to, character);
}

char unescaped(char c) {
  switch (c) {
  case 'b': return '\b';
  case 't': return '\t';
  case 'n': return '\n';
  case 'f': return '\f';
  case 'r': return '\r';
  default: return c;
  }
}

std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    const char kind = text[++at];
    const std::size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits > 0)
      append_code_point(result, text.substr(at + 1, digits));
    else
      result += unescaped(kind);
    at += digits;
  }
  return result;
}

std::string quoted_key(std::string_view quoted) {
  if (quoted.size() < 2) return {};
  const auto inner = quoted.substr(1, quoted.size() - 2);
  return quoted.front() == '"' ? unescape(inner) : std::string(inner);
}

} // namespace

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::size_t text_begin(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

std::size_t skip_line(std::string_view text, std::size_t at) {
  const auto newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::size_t skip_spacing(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const char c = text[at];
    if (c == '#')
      at = skip_line(text, at);
    else if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
      ++at;
    else
      break;
  }
  return at;
}

std::size_t skip_string(std::string_view text, std::size_t at) {
  const auto opening = text.substr(at, 3);
  return opening == R"(""")" || opening == "'''" ? skip_long_string(text, at)
                                                 : skip_short_string(text, at);
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  switch (at_or_nul(text, at)) {
  case '"':
  case '\'': return skip_string(text, at);
  case '[':
  case '{': return skip_container(text, at);
  default: return skip_scalar(text, at);
  }
}

std::size_t skip_rest_of_line(std::string_view text, std::size_t at) {
  const auto next = skip_blanks(text, at);
  if (at_or_nul(text, next) == '#') return skip_line(text, next);
  const auto newline = newline_size(text, next);
  return newline > 0 || next >= text.size() ? next + newline : at;
}

bool is_blank_line(std::string_view text, std::size_t at) {
  const auto next = skip_blanks(text, at);
  return next >= text.size() || newline_size(text, next) > 0;
}

bool is_comment_line(std::string_view text, std::size_t at) {
  return at_or_nul(text, skip_blanks(text, at)) == '#';
}

Keys read_keys(std::string_view text, std::size_t at) {
  Keys keys;
  for (;;) {
    at = skip_blanks(text, at);
    auto end = at;
    const char first = at_or_nul(text, at);
    if (first == '"' || first == '\'') {
      end = skip_short_string(text, at);
      keys.names.push_back(quoted_key(text.substr(at, end - at)));
    } else {
      while (end < text.size() && is_bare(text[end])) ++end;
      keys.names.emplace_back(text.substr(at, end - at));
    }
    keys.end = end;
    at = skip_blanks(text, end);
    if (at_or_nul(text, at) != '.') return keys;
    ++at;
  }
}

} // namespace mox::toml
