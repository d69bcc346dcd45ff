// The only file that sees toml++.

#include "toml/document.h"

#include "result/result.h"
#include "text/utf8.h"
#include "toml/nesting.h"
#include "toml/place.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace mox::toml {

namespace {

template <class T> using Converted = std::expected<T, Problem>;

std::string too_deep() {
  return fmt::format("more than {} arrays and tables in each other", depth_limit);
}

Place begin_of(const ::toml::source_region& region) {
  return {.line = region.begin.line, .column = region.begin.column};
}

// Of two members of a table, the one that is named first.
bool stands_before(const Member& a, const Member& b) {
  return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
}

Converted<Value> convert(::toml::node& node, std::size_t depth);

// toml++ sorts by key: the order of the source is made from the places. What is taken leaves
// `from` without it.
Converted<Table> convert_table(::toml::table& from, std::size_t depth) {
  Table table;
  table.members.reserve(from.size());
  for (auto&& [key, node] : from) {
    MOX_TRY_ASSIGN(value, convert(node, depth));
    table.members.push_back({std::string(key.str()), begin_of(key.source()), std::move(value)});
  }
  if (!std::ranges::is_sorted(table.members, stands_before))
    std::ranges::sort(table.members, stands_before);
  return table;
}

Converted<Array> convert_array(::toml::array& from, std::size_t depth) {
  Array array;
  array.reserve(from.size());
  for (auto& node : from) {
    MOX_TRY_ASSIGN(value, convert(node, depth));
    array.push_back(std::move(value));
  }
  return array;
}

// `depth`: how many arrays and tables are around it.
Converted<Value> convert(::toml::node& node, std::size_t depth) {
  Value value{.place = begin_of(node.source())};
  auto* table = node.as_table();
  auto* array = node.as_array();
  if ((table != nullptr || array != nullptr) && depth >= depth_limit)
    return std::unexpected(Problem{.place = value.place, .text = too_deep()});
  if (table != nullptr) {
    MOX_TRY_ASSIGN(members, convert_table(*table, depth + 1));
    value.data = std::move(members);
  } else if (array != nullptr) {
    MOX_TRY_ASSIGN(elements, convert_array(*array, depth + 1));
    value.data = std::move(elements);
  } else if (auto* string = node.as_string()) {
    value.data = std::move(string->get());
  } else if (const auto* integer = node.as_integer()) {
    value.data = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    value.data = real->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.data = flag->get();
  } else {
    value.data = Moment{};
  }
  return value;
}

std::expected<void, Problem> check_limits(std::string_view text) {
  if (text.size() > size_limit)
    return std::unexpected(
        Problem{.text = fmt::format("{} bytes, which is more than the {} that are read",
                                    text.size(), size_limit)});
  if (!text::is_utf8(text))
    return std::unexpected(Problem{.place = place_of_malformed(text), .text = "this is not UTF-8"});
  if (const auto at = find_nesting(text, depth_limit))
    return std::unexpected(Problem{.place = place_of(text, *at), .text = too_deep()});
  return {};
}

} // namespace

const Value* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

std::expected<Table, Problem> parse(std::string_view text) {
  MOX_TRY(check_limits(text));
  try {
    auto parsed = ::toml::parse(text);
    return convert_table(parsed, 0);
  } catch (const ::toml::parse_error& error) {
    // The text of an error is cut at a number of bytes.
    return std::unexpected(
        Problem{.place = begin_of(error.source()), .text = text::repair_utf8(error.description())});
  }
}

} // namespace mox::toml
