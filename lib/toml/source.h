// The text of a document as sections of lines: which header and which key stand where. Pure.
#pragma once

#include "toml/lexer.h"
#include "toml/path.h"
#include "toml/print.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace mox::toml {

// Whole lines, with the newline of the last.
struct Lines {
  // Where the comment lines directly above begin; `begin` when there are none.
  std::size_t lead = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// `keys = value`, below a header.
struct Assignment {
  Lines lines;
  Path keys;
  Span name; // the keys as they are spelled
  Span value;
};

// A header and what is below it, up to the next header.
struct Section {
  enum class Kind : unsigned char { root, table, element };

  Kind kind = Kind::root;
  Lines lines; // of the header
  Path path;
  std::vector<Assignment> assignments;
};

// Of a well-formed document. Refers to its text.
struct Source {
  std::string_view text;
  std::vector<Section> sections; // the first is the root, without a header

  // Behind the last assignment of a section and the comment lines directly below it.
  std::size_t end_of(std::size_t section) const;

  // How its lines look, by the example of the lines around `section`.
  Layout layout(std::size_t section) const;

  // Of the value that stands at `path` as `keys = value` on a line, or within inline tables.
  std::optional<Span> find_value(PathView path) const;
};

Source scan(std::string_view text);

// Begins a line of which all lines above are blank, or the one above is.
bool is_below_blank(std::string_view text, std::size_t line);

} // namespace mox::toml
