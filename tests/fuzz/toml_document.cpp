// links: toml text
// What is read can be printed and read again; nothing goes deeper than the limit.
#include "text/utf8.h"
#include "toml/document.h"
#include "toml/print.h"
#include "toml/same.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool stands_before(const toml::Place& a, const toml::Place& b) {
  return a.line < b.line || (a.line == b.line && a.column < b.column);
}

void check_table(const toml::Table& table, std::size_t depth);

void check_value(const toml::Value& value, std::size_t depth) {
  require(value.place.line > 0 && value.place.column > 0);
  if (const auto* string = std::get_if<std::string>(&value.data)) require(text::is_utf8(*string));
  if (const auto* array = std::get_if<toml::Array>(&value.data)) {
    require(depth < toml::depth_limit);
    for (const auto& element : *array) check_value(element, depth + 1);
  }
  if (const auto* table = std::get_if<toml::Table>(&value.data)) check_table(*table, depth + 1);
}

void check_table(const toml::Table& table, std::size_t depth) {
  require(depth <= toml::depth_limit);
  const toml::Member* last = nullptr;
  for (const auto& member : table.members) {
    require(last == nullptr || stands_before(last->place, member.place));
    require(table.find(member.key) == &member.value);
    check_value(member.value, depth);
    last = &member;
  }
}

bool has_moment(const toml::Value& value) {
  if (const auto* array = std::get_if<toml::Array>(&value.data))
    return std::ranges::any_of(*array, has_moment);
  if (const auto* table = std::get_if<toml::Table>(&value.data))
    return std::ranges::any_of(table->members, has_moment, &toml::Member::value);
  return std::holds_alternative<toml::Moment>(value.data);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto document = toml::parse(text);
  if (!document) {
    require(!document.error().text.empty() && text::is_utf8(document.error().text));
    return 0;
  }
  require(text::is_utf8(text));
  check_table(*document, 0);
  if (has_moment({.data = *document})) return 0;
  const auto again = toml::parse(toml::print(*document));
  require(again.has_value());
  require(toml::same(*document, *again));
  return 0;
}
