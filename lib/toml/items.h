// An array or an inline table in its text, item by item. Pure.
#pragma once

#include "toml/lexer.h"
#include "toml/path.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::toml {

// Its parts, one behind the other, are the text.
struct Item {
  std::string gap;  // what stands before it: white space and comments
  Path keys;        // of a member of an inline table
  std::string name; // these as they are spelled, up to the value
  std::string value;
  std::string before_comma;
  bool comma = false;
  std::string rest;       // of its line, where nothing else stands on that
  std::size_t offset = 0; // of `value` in the container's text
  bool placed = true;     // false: its gap, comma and rest are still to be made
};

struct Items {
  std::string head; // the bracket, and the rest of its line
  std::vector<Item> items;
  std::string tail; // up to the closing bracket, which it contains
};

// `text` begins with [ or {, and is well-formed.
Items split(std::string_view text);
std::string join(const Items& items);

// Makes gaps and commas right after items have come or gone: as they were in `before`.
void arrange(Items& items, const Items& before);

// An inline table with one member more. `keys` may name new tables in it.
std::string with_member(std::string_view text, PathView keys, std::string value);

// An inline table without a member. A table around it that is named nowhere else stays, empty.
std::string without_member(std::string_view text, PathView keys);

// Where the value of `keys` stands in an inline table, tables in it included.
std::optional<Span> find_member(std::string_view text, PathView keys);

} // namespace mox::toml
