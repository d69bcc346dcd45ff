// Edits as one line of text: "set a.b = 1", "add a.b = { c = 1 }", "remove a.'b'".
#pragma once

#include "toml/document.h"
#include "toml/edit.h"
#include "toml/lexer.h"

#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mox::test {

inline toml::Value value_of(std::string_view text) {
  auto table = toml::parse("value = " + std::string(text));
  if (!table) throw std::logic_error("not a value: " + std::string(text));
  return *table->find("value");
}

inline std::expected<void, toml::Problem> perform(toml::Editor& editor, std::string_view edit) {
  const auto space = edit.find(' ');
  const auto word = edit.substr(0, space);
  const auto keys = toml::read_keys(edit, space);
  if (word == "remove") return editor.remove(keys.names);
  const auto value = value_of(edit.substr(edit.find('=', keys.end) + 1));
  if (word == "set") return editor.set(keys.names, value);
  return editor.add_table(keys.names, std::get<toml::Table>(value.data));
}

} // namespace mox::test
