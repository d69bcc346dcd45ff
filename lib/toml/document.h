// TOML documents (TOML 1.0.0) as trees that know where each value stands, for errors that name line
// and column. Bounded in size and depth. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mox::toml {

// In bytes.
inline constexpr std::size_t size_limit = 64U << 20U;
// Arrays and tables in each other, below the table that is the document.
inline constexpr std::size_t depth_limit = 32;

// Both from 1; a column is one character. Both 0: nowhere in particular.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// What is wrong with a document.
struct Problem {
  Place place;
  std::string text;
};

struct Member;
struct Value;
using Array = std::vector<Value>;

// In the order of the source: where a key is first named. A key stands once.
struct Table {
  std::vector<Member> members;

  // Null when there is none. It looks at one member after another: who wants all of them goes
  // through `members`.
  const Value* find(std::string_view key) const;
};

// A date or a time, which no field of ours is.
struct Moment {};

// A table's place is its header, its opening brace, or the key that first implies it.
struct Value {
  Place place;
  std::variant<std::string, std::int64_t, double, bool, Moment, Array, Table> data;
};

struct Member {
  std::string key;
  Place place; // of the key
  Value value;
};

// The first fault ends it.
std::expected<Table, Problem> parse(std::string_view text);

} // namespace mox::toml
