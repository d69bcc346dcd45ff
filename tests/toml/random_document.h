// Random documents in all spellings of TOML, with comments that tell to which table they belong.
#pragma once

#include "toml/document.h"
#include "toml/path.h"
#include "toml/print.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::test {

class RandomDocument {
public:
  struct Comment {
    std::string text;
    toml::Path table;         // the table that it stands in or above
    bool stands_free = false; // has blank lines around it
  };

  explicit RandomDocument(std::uint64_t seed) : random_(seed) {}

  // Less than `limit`.
  std::size_t number(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  bool chance(std::size_t percent) { return number(100) < percent; }

  std::string key() {
    static const std::vector<std::string> keys = {
        "a",      "b",        "c-d", "e_1", "user@example.org", "@example.org", "", "f.g",
        "h\"'\\", "\xC3\xA9", "12",  "#"};
    return keys[number(keys.size())];
  }

  toml::Value value(std::size_t depth) {
    switch (number(depth > 0 ? 9 : 5)) {
    case 0: return {.data = static_cast<std::int64_t>(number(1000)) - 500};
    case 1: return {.data = chance(50)};
    case 2: return {.data = static_cast<double>(number(1000)) / 8};
    case 3: return {.data = "# [x] \" ' = { \n" + key()};
    case 4: return {.data = key()};
    case 5: return {.data = array(depth - 1)};
    case 6: return {.data = tables(depth - 1)};
    default: return {.data = table(depth - 1)};
    }
  }

  toml::Table table(std::size_t depth) {
    toml::Table result;
    for (std::size_t i = number(4); i > 0; --i)
      if (auto name = key(); result.find(name) == nullptr)
        result.members.push_back({.key = std::move(name), .place = {}, .value = value(depth)});
    return result;
  }

  // The text of `document`; with it come the comments.
  std::string text(const toml::Table& document) {
    newline_ = chance(30) ? "\r\n" : "\n";
    blocks_.clear();
    comments_.clear();
    std::string root = chance(10) ? "\xEF\xBB\xBF" : "";
    toml::Path path;
    body(root, path, {}, document);
    std::ranges::shuffle(blocks_, random_);
    for (const auto& block : blocks_) {
      if (chance(20)) {
        root += newline_ + comment({}) + newline_;
        comments_.back().stands_free = true;
      }
      if (chance(60)) root += newline_;
      root += block;
    }
    if (chance(20) && root.ends_with(newline_)) root.resize(root.size() - newline_.size());
    return root;
  }

  const std::vector<Comment>& comments() const { return comments_; }

private:
  toml::Array array(std::size_t depth) {
    toml::Array result;
    for (std::size_t i = number(4); i > 0; --i) result.push_back(value(depth));
    return result;
  }

  toml::Array tables(std::size_t depth) {
    toml::Array result;
    for (std::size_t i = number(4); i > 0; --i) result.push_back({.data = table(depth)});
    return result;
  }

  std::string comment(const toml::Path& table) {
    comments_.push_back({"# comment " + std::to_string(comments_.size()) + ".", table});
    return comments_.back().text + newline_;
  }

  void maybe_comment(std::string& to, const toml::Path& table) {
    if (chance(15)) to += newline_;
    if (chance(25)) to += comment(table);
  }

  std::string blanks() { return std::string(number(3), chance(80) ? ' ' : '\t'); }

  std::string spelled(const std::string& name) {
    if (chance(20) && name.find_first_of("'\n") == std::string::npos) return '\'' + name + '\'';
    return toml::print_key(name);
  }

  std::string spelled(toml::PathView names) {
    std::string text;
    for (const auto& name : names) {
      if (!text.empty()) text += chance(90) ? "." : blanks() + '.' + blanks();
      text += spelled(name);
    }
    return text;
  }

  // A value on the line of its key; arrays may go on for several.
  std::string inline_value(const toml::Value& value) {
    if (const auto* elements = std::get_if<toml::Array>(&value.data))
      return inline_array(*elements);
    if (const auto* table = std::get_if<toml::Table>(&value.data)) {
      std::string members;
      append_members(members, {}, *table);
      return '{' + blanks() + members + blanks() + '}';
    }
    if (const auto* text = std::get_if<std::string>(&value.data);
        text != nullptr && chance(30) && text->find("\n") == std::string::npos &&
        text->find('\'') == std::string::npos)
      return "'''" + *text + "'''";
    return toml::print(value);
  }

  void append_members(std::string& to, const toml::Path& around, const toml::Table& table) {
    for (const auto& member : table.members) {
      auto names = around;
      names.push_back(member.key);
      const auto* inner = std::get_if<toml::Table>(&member.value.data);
      if (inner != nullptr && !inner->members.empty() && chance(30)) {
        append_members(to, names, *inner);
        continue;
      }
      if (!to.empty()) to += blanks() + ',' + blanks();
      to += spelled(names) + blanks() + '=' + blanks() + inline_value(member.value);
    }
  }

  std::string inline_array(const toml::Array& elements) {
    const bool lines = chance(30);
    const auto gap = [&] {
      if (!lines) return blanks();
      return blanks() + (chance(30) ? "# ] } \" '" : "") + newline_ + blanks();
    };
    std::string text = "[" + gap();
    for (const auto& element : elements) {
      text += inline_value(element) + gap();
      if (&element != &elements.back() || chance(40)) text += ',' + gap();
    }
    return text + ']';
  }

  // All that is below a header; headers of tables in it become blocks of their own.
  void body(std::string& to, toml::Path& path, const toml::Path& section,
            const toml::Table& table) {
    for (const auto& member : table.members) {
      path.push_back(member.key);
      const auto* inner = std::get_if<toml::Table>(&member.value.data);
      const bool dotted = inner != nullptr && !inner->members.empty() && chance(25);
      if (dotted)
        body_with_dots(to, path, section, *inner);
      else if (inner != nullptr && chance(60))
        blocks_.push_back(block(path, *inner));
      else if (toml::is_array_of_tables(member.value) && chance(60))
        blocks_.push_back(element_blocks(path, std::get<toml::Array>(member.value.data)));
      else
        line(to, path, section, member.value);
      path.pop_back();
    }
    if (chance(20)) to += comment(section) + newline_;
  }

  // A table that dots name: nothing below it gets a header, which is enough for a test.
  void body_with_dots(std::string& to, toml::Path& path, const toml::Path& section,
                      const toml::Table& table) {
    for (const auto& member : table.members) {
      path.push_back(member.key);
      const auto* inner = std::get_if<toml::Table>(&member.value.data);
      if (inner != nullptr && !inner->members.empty() && chance(50))
        body_with_dots(to, path, section, *inner);
      else
        line(to, path, section, member.value);
      path.pop_back();
    }
  }

  void line(std::string& to, const toml::Path& path, const toml::Path& section,
            const toml::Value& value) {
    maybe_comment(to, section);
    to += blanks() + spelled(toml::PathView(path).subspan(section.size())) + blanks() + '=' +
          blanks() + inline_value(value) + blanks();
    to += chance(15) ? comment(section) : newline_;
  }

  // Without its own header where those of tables in it are enough.
  std::string block(toml::Path& path, const toml::Table& table) {
    std::string text;
    const auto section = path;
    const auto blocks = blocks_.size();
    body(text, path, section, table);
    const bool implied = blocks_.size() > blocks && text.empty() && chance(50);
    return implied ? "" : header(path, "[", "]") + text;
  }

  std::string header(const toml::Path& path, const char* open, const char* close) {
    std::string text;
    if (chance(40)) text += comment(path);
    return text + blanks() + open + blanks() + spelled(path) + blanks() + close + newline_;
  }

  // They, and what is below them, stay in their order.
  std::string element_blocks(toml::Path& path, const toml::Array& elements) {
    std::string text;
    for (const auto& element : elements) {
      auto others = std::exchange(blocks_, {});
      std::string below;
      const auto section = path;
      body(below, path, section, std::get<toml::Table>(element.data));
      text += header(path, "[[", "]]") + below;
      for (const auto& inner : blocks_) text += inner;
      blocks_ = std::move(others);
    }
    return text;
  }

  std::mt19937_64 random_;
  std::string newline_;
  std::vector<std::string> blocks_;
  std::vector<Comment> comments_;
};

} // namespace mox::test
