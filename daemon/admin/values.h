// TOML values and paths, as operations need them. Pure.
#pragma once

#include "toml/document.h"
#include "toml/path.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::admin {

inline toml::Value text_value(std::string_view text) {
  return {.place = {}, .data = std::string(text)};
}

inline toml::Value flag_value(bool flag) {
  return {.place = {}, .data = flag};
}

inline toml::Value list_value(const std::vector<std::string>& texts) {
  toml::Array array;
  for (const auto& text : texts) array.push_back(text_value(text));
  return {.place = {}, .data = std::move(array)};
}

inline toml::Value table_value(toml::Table table) {
  return {.place = {}, .data = std::move(table)};
}

inline void add_member(toml::Table& table, std::string_view key, toml::Value value) {
  table.members.push_back({.key = std::string(key), .place = {}, .value = std::move(value)});
}

inline toml::Path account_path(std::string_view account) {
  return {"accounts", std::string(account)};
}

inline toml::Path domain_path(std::string_view domain) {
  return {"domains", std::string(domain)};
}

} // namespace mox::admin
