// Random edits of random documents: the text is what was meant, and tables that have nothing to do
// with the edit keep their comments.
#include "random_document.h"
#include "support/catch.h"
#include "toml/edit.h"
#include "toml/same.h"

#include <string>
#include <vector>

using namespace mox;

namespace {

// A path on which no array stands, to something that is there or not.
toml::Path random_path(test::RandomDocument& random, const toml::Table& document) {
  toml::Path path;
  const auto* table = &document;
  while (table != nullptr && !table->members.empty() && random.chance(80)) {
    const auto& member = table->members[random.number(table->members.size())];
    path.push_back(member.key);
    table = std::get_if<toml::Table>(&member.value.data);
  }
  if (table != nullptr && (path.empty() || random.chance(50))) {
    path.push_back(random.key());
    if (table->find(path.back()) == nullptr && random.chance(30)) path.push_back(random.key());
  }
  return path;
}

const toml::Value* find(const toml::Table& document, toml::PathView path) {
  const auto* table = &document;
  const toml::Value* value = nullptr;
  for (const auto& key : path) {
    if (table == nullptr) return nullptr;
    value = table->find(key);
    if (value == nullptr) return nullptr;
    table = std::get_if<toml::Table>(&value->data);
  }
  return value;
}

// The tree with another value at `path`, or with none.
void change(toml::Table& table, toml::PathView path, const toml::Value* value) {
  auto member = std::ranges::find(table.members, path[0], &toml::Member::key);
  if (path.size() > 1) {
    if (member == table.members.end())
      member = table.members.insert(
          member, toml::Member{.key = path[0], .place = {}, .value = {.data = toml::Table{}}});
    change(std::get<toml::Table>(member->value.data), path.subspan(1), value);
    return;
  }
  if (member != table.members.end()) table.members.erase(member);
  if (value != nullptr) table.members.push_back({.key = path[0], .place = {}, .value = *value});
}

bool has(const std::string& text, const std::string& comment) {
  return text.find(comment) != std::string::npos;
}

// Neither `path` and what is below it, nor a table around it.
bool is_apart(const toml::Path& table, const toml::Path& path) {
  return !toml::starts_with(table, path) && !toml::starts_with(path, table);
}

std::expected<void, toml::Problem> perform(toml::Editor& editor, test::RandomDocument& random,
                                           const toml::Path& path, toml::Table& wanted) {
  const bool exists = find(wanted, path) != nullptr;
  if (exists && random.chance(40)) {
    change(wanted, path, nullptr);
    return editor.remove(path);
  }
  if (!exists && random.chance(50)) {
    const toml::Value value{.data = random.table(2)};
    change(wanted, path, &value);
    return editor.add_table(path, std::get<toml::Table>(value.data));
  }
  const auto value = random.value(2);
  change(wanted, path, &value);
  return editor.set(path, value);
}

void edit(toml::Editor& editor, test::RandomDocument& random) {
  const auto path = random_path(random, editor.document());
  const auto before = editor.text();
  auto wanted = editor.document();
  const auto done = perform(editor, random, path, wanted);
  CAPTURE(before, toml::print_keys(path), editor.text());
  if (!done) FAIL(done.error().text << "\n" << toml::print(wanted));
  const auto parsed = toml::parse(editor.text());
  REQUIRE(parsed);
  if (!toml::same(*parsed, wanted)) FAIL(toml::print(wanted));
  REQUIRE(toml::same(editor.document(), *parsed));
  for (const auto& [text, table, stands_free] : random.comments())
    if (has(before, text) && (stands_free || is_apart(table, path))) {
      CAPTURE(text);
      REQUIRE(has(editor.text(), text));
    }
  // One kind of line ends in the whole text stays one.
  if (before.find("\r\n") == std::string::npos)
    REQUIRE(editor.text().find('\r') == std::string::npos);
}

} // namespace

TEST_CASE("random documents read as what they were made from") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    test::RandomDocument random(seed);
    const auto document = random.table(4);
    const auto text = random.text(document);
    CAPTURE(text);
    const auto parsed = toml::parse(text);
    if (!parsed) FAIL(parsed.error().place.line << ": " << parsed.error().text);
    REQUIRE(toml::same(*parsed, document));
    const auto printed = toml::print(*parsed);
    const auto again = toml::parse(printed);
    REQUIRE(again);
    REQUIRE(toml::same(*again, document));
  }
}

TEST_CASE("random edits give what was meant and leave the rest") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    test::RandomDocument random(seed);
    auto editor = toml::Editor::open(random.text(random.table(4)));
    REQUIRE(editor);
    for (int i = 0; i < 10; ++i) edit(*editor, random);
  }
}
