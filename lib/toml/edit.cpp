#include "toml/edit.h"

#include "result/result.h"
#include "text/utf8.h"
#include "toml/print.h"
#include "toml/rewrite.h"
#include "toml/same.h"
#include "toml/source.h"
#include "toml/splice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::toml {

namespace {

// --- trees ---

Member* find_member(Table& table, std::string_view key) {
  const auto found = std::ranges::find(table.members, key, &Member::key);
  return found == table.members.end() ? nullptr : &*found;
}

// The table around `path`, made where it is missing. No other value stands in the way.
Table& table_around(Table& document, PathView path) {
  auto* table = &document;
  for (const auto& key : parent(path)) {
    auto* member = find_member(*table, key);
    if (member == nullptr)
      member =
          &table->members.emplace_back(Member{.key = key, .place = {}, .value = {.data = Table{}}});
    table = &std::get<Table>(member->value.data);
  }
  return *table;
}

void put(Table& document, PathView path, Value value) {
  auto& table = table_around(document, path);
  if (auto* member = find_member(table, path.back()))
    member->value = std::move(value);
  else
    table.members.push_back({.key = path.back(), .place = {}, .value = std::move(value)});
}

void erase(Table& document, PathView path) {
  auto& members = table_around(document, path).members;
  const auto is_it = [&path](const Member& member) { return member.key == path.back(); };
  std::erase_if(members, is_it);
}

struct Found {
  const Value* value = nullptr; // null when it does not exist
  Place place;                  // of the last key of the path that does
};

std::unexpected<Problem> problem(Place place, std::string text) {
  return std::unexpected(Problem{.place = place, .text = std::move(text)});
}

// A problem when something that is no table stands in the way.
std::expected<Found, Problem> find(const Table& document, PathView path) {
  Found found;
  const auto* table = &document;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (table == nullptr)
      return problem(found.place, fmt::format("{} is not a table: change {} on this line by hand",
                                              print_keys(path.first(i)), print_keys(path)));
    const auto member = std::ranges::find(table->members, path[i], &Member::key);
    if (member == table->members.end()) return Found{.place = found.place};
    found = {.value = &member->value, .place = member->place};
    table = std::get_if<Table>(&member->value.data);
  }
  return found;
}

// --- what can be written ---

bool can_write(const Value& value);

bool can_write(const Table& table) {
  return std::ranges::all_of(table.members, [](const Member& member) {
    return text::is_utf8(member.key) && can_write(member.value);
  });
}

bool can_write(const Value& value) {
  if (const auto* string = std::get_if<std::string>(&value.data)) return text::is_utf8(*string);
  if (const auto* table = std::get_if<Table>(&value.data)) return can_write(*table);
  if (const auto* array = std::get_if<Array>(&value.data))
    return std::ranges::all_of(*array, [](const Value& element) { return can_write(element); });
  return !std::holds_alternative<Moment>(value.data);
}

std::expected<void, Problem> check_path(PathView path) {
  if (path.empty()) return problem({}, "no key is named");
  if (!std::ranges::all_of(path, [](const auto& key) { return text::is_utf8(key); }))
    return problem({}, fmt::format("{} is not UTF-8", print_keys(path)));
  return {};
}

std::expected<void, Problem> check(PathView path, const auto& value) {
  MOX_TRY(check_path(path));
  if (!can_write(value))
    return problem({}, fmt::format("the value for {} is a date, or not UTF-8: write it by hand",
                                   print_keys(path)));
  return {};
}

// --- text ---

std::string changed(std::string text, Path& path, const Value& before, const Value& after);

std::string without_old(std::string text, Path& path, const Table& before, const Table& after) {
  for (const auto& member : before.members) {
    if (after.find(member.key) != nullptr) continue;
    path.push_back(member.key);
    text = without(text, path);
    path.pop_back();
  }
  return text;
}

std::string with_new(std::string text, Path& path, const Table& before, const Table& after) {
  for (const auto& [key, place, value] : after.members) {
    path.push_back(key);
    if (const auto* old = before.find(key))
      text = changed(std::move(text), path, *old, value);
    else if (const auto* table = std::get_if<Table>(&value.data))
      text = with_table(text, path, *table);
    else
      text = with_value(text, path, value);
    path.pop_back();
  }
  return text;
}

// A table that loses all it has would be spelled as an empty one in between: then what is new comes
// first.
std::string changed_table(std::string text, Path& path, const Table& before, const Table& after) {
  const auto stays = [&after](const Member& member) { return after.find(member.key) != nullptr; };
  if (std::ranges::any_of(before.members, stays))
    return with_new(without_old(std::move(text), path, before, after), path, before, after);
  return without_old(with_new(std::move(text), path, before, after), path, before, after);
}

std::string changed(std::string text, Path& path, const Value& before, const Value& after) {
  if (same(before, after)) return text;
  const auto* old_table = std::get_if<Table>(&before.data);
  const auto* new_table = std::get_if<Table>(&after.data);
  if (old_table != nullptr && new_table != nullptr)
    return changed_table(std::move(text), path, *old_table, *new_table);
  const auto* old_array = std::get_if<Array>(&before.data);
  const auto* new_array = std::get_if<Array>(&after.data);
  if (old_array != nullptr && new_array != nullptr)
    return with_elements(text, path, *old_array, *new_array);
  if (const auto span = scan(text).find_value(path))
    return apply(text, {{.span = *span, .text = print(after)}});
  return with_value(without(text, path), path, after);
}

Problem by_hand(Place place, PathView path, std::string_view what) {
  return {.place = place,
          .text = fmt::format("{} cannot be changed without changing other lines too: {} by hand",
                              print_keys(path), what)};
}

} // namespace

std::expected<Editor, Problem> Editor::open(std::string text) {
  MOX_TRY_ASSIGN(document, parse(text));
  return Editor(std::move(text), std::move(document));
}

std::expected<void, Problem> Editor::set(const Path& path, const Value& value) {
  MOX_TRY(check(path, value));
  MOX_TRY_ASSIGN(found, find(document_, path));
  auto wanted = document_;
  put(wanted, path, value);
  Path names = path;
  auto text = found.value != nullptr ? changed(text_, names, *found.value, value)
                                     : with_value(text_, path, value);
  return adopt(std::move(text), wanted, by_hand(found.place, path, "set it to " + print(value)));
}

std::expected<void, Problem> Editor::add_table(const Path& path, const Table& members) {
  MOX_TRY(check(path, members));
  MOX_TRY_ASSIGN(found, find(document_, path));
  if (found.value != nullptr)
    return problem(found.place, fmt::format("{} exists already", print_keys(path)));
  auto wanted = document_;
  put(wanted, path, {.data = members});
  return adopt(with_table(text_, path, members), wanted,
               by_hand(found.place, path, "set it to " + print({.data = members})));
}

std::expected<void, Problem> Editor::remove(const Path& path) {
  MOX_TRY(check_path(path));
  MOX_TRY_ASSIGN(found, find(document_, path));
  if (found.value == nullptr)
    return problem(found.place, fmt::format("{} does not exist", print_keys(path)));
  auto wanted = document_;
  erase(wanted, path);
  return adopt(without(text_, path), wanted, by_hand(found.place, path, "remove it"));
}

std::expected<void, Problem> Editor::adopt(std::string text, const Table& wanted,
                                           Problem otherwise) {
  auto parsed = parse(text);
  if (!parsed) {
    otherwise.text += fmt::format(" (the change would give: {})", parsed.error().text);
    return std::unexpected(std::move(otherwise));
  }
  if (!same(*parsed, wanted)) return std::unexpected(std::move(otherwise));
  text_ = std::move(text);
  document_ = *std::move(parsed);
  return {};
}

} // namespace mox::toml
