// Where the parts of TOML text end (TOML 1.0.0), without their meaning. Pure.
//
// Exact for well-formed text. In malformed text a part may end anywhere, but within the text.
#pragma once

#include "toml/path.h"

#include <cstddef>
#include <string_view>

namespace mox::toml {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

inline std::string_view part(std::string_view text, Span span) {
  return text.substr(span.begin, span.end - span.begin);
}

// May stand in a key without quotation marks.
bool is_bare(char c);

// Behind the byte order mark, where there is one.
std::size_t text_begin(std::string_view text);

// Each takes the offset of the part's first byte and returns that of the first byte behind it.
std::size_t skip_blanks(std::string_view text, std::size_t at);  // spaces and tabs
std::size_t skip_line(std::string_view text, std::size_t at);    // its newline included
std::size_t skip_spacing(std::string_view text, std::size_t at); // blanks, newlines, comments
std::size_t skip_string(std::string_view text, std::size_t at);  // of all four kinds
std::size_t skip_value(std::string_view text, std::size_t at);

// Blanks, a comment and the newline; `at` itself when something else stands on the line.
std::size_t skip_rest_of_line(std::string_view text, std::size_t at);

// Nothing but blanks up to the end of the line, or a comment behind them.
bool is_blank_line(std::string_view text, std::size_t at);
bool is_comment_line(std::string_view text, std::size_t at);

struct Keys {
  Path names;
  std::size_t end; // behind the last one
};

// One key, or several with dots between.
Keys read_keys(std::string_view text, std::size_t at);

} // namespace mox::toml
