// TOML text of keys, values and tables. Pure.
#pragma once

#include "toml/document.h"
#include "toml/path.h"

#include <string>
#include <string_view>

namespace mox::toml {

// Bare where TOML allows it, else in quotation marks. What is not UTF-8 is repaired.
std::string print_key(std::string_view key);

// With dots between.
std::string print_keys(PathView keys);

// All on one line: strings escaped, tables in braces. A date or a time, whose value is not known,
// is a std::logic_error.
std::string print(const Value& value);

// How the lines of a document look.
struct Layout {
  std::string newline = "\n";
  std::string header_indent;
  std::string indent;         // of the lines below a header
  std::string equals = " = "; // between key and value
  std::string between = "\n"; // above a header that is not the first line
};

// A whole document: the simple members, then a header for each table, and for each table of an
// array of tables.
std::string print(const Table& document, const Layout& layout = {});

// The same for a table within a document: [path], where it needs one, and all below it. Or for one
// table of an array:
// [[path]].
std::string print_section(PathView path, const Table& table, const Layout& layout = {});
std::string print_element(PathView path, const Table& table, const Layout& layout = {});

// An array with at least one element, all of them tables.
bool is_array_of_tables(const Value& value);

} // namespace mox::toml
