// links: toml
// Any document, and one edit of it: the first byte chooses the edit, the next ones the path. What
// is changed is what was meant, and what is there can be removed.
#include "toml/edit.h"
#include "toml/same.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr std::size_t choices = 5; // bytes in front of the document

void require(bool condition) {
  if (!condition) std::abort();
}

// Follows tables; the last byte may add a key that is new.
toml::Path choose(const toml::Table& document, std::string_view bytes) {
  toml::Path path;
  const auto* table = &document;
  for (const char byte : bytes) {
    const auto index = static_cast<unsigned char>(byte);
    if (table == nullptr) break;
    if (index >= table->members.size()) {
      path.emplace_back(1, static_cast<char>(index & 0x7F));
      break;
    }
    const auto& member = table->members[index];
    path.push_back(member.key);
    table = std::get_if<toml::Table>(&member.value.data);
  }
  return path;
}

std::expected<void, toml::Problem> perform(toml::Editor& editor, unsigned char kind,
                                           const toml::Path& path) {
  const toml::Value one{.data = std::int64_t{1}};
  const toml::Value list{.data = toml::Array{one, {.data = std::string("\"\n")}}};
  const toml::Table table{
      {{.key = "k.1", .place = {}, .value = one}, {.key = "l", .place = {}, .value = list}}};
  switch (kind % 5) {
  case 0: return editor.remove(path);
  case 1: return editor.set(path, one);
  case 2: return editor.set(path, list);
  case 3: return editor.set(path, {.data = table});
  default: return editor.add_table(path, table);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  if (bytes.size() < choices) return 0;
  auto editor = toml::Editor::open(bytes.substr(choices));
  if (!editor) return 0;
  const auto path = choose(editor->document(), std::string_view(bytes).substr(1, choices - 1));
  const auto before = editor->text();
  const auto tree = editor->document();
  if (perform(*editor, static_cast<unsigned char>(bytes[0]), path)) {
    const auto parsed = toml::parse(editor->text());
    require(parsed.has_value());
    require(toml::same(*parsed, editor->document()));
    return 0;
  }
  require(editor->text() == before);
  require(toml::same(editor->document(), tree));
  return 0;
}
