#include "facts.h"

#include "json/writer.h"
#include "text/utf8.h"

#include <fmt/format.h>

namespace mox::cmd {

namespace {

// U+0080 to U+009F are control characters too, and begin with 0xc2 in UTF-8.
std::string shown(std::string_view text) {
  std::string made;
  for (auto left = std::string_view(text); !left.empty();) {
    const char32_t character = text::next_utf8(left);
    const bool control = character < ' ' || (character >= 0x7f && character < 0xa0);
    text::append_utf8(made, control ? U'\ufffd' : character);
  }
  return made;
}

std::string line_value(const Facts::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return shown(std::get<std::string>(value));
}

void write_members(json::Writer& json, const Facts& thing) {
  for (const auto& [name, value] : thing.values()) {
    json.key(name);
    std::visit([&](const auto& content) { json.value(content); }, value);
  }
}

void write(json::Writer& json, const Facts& thing) {
  json.object();
  write_members(json, thing);
  json.end();
}

void print_lines(const cli::Invocation& invocation, const Facts& thing) {
  for (const auto& [name, value] : thing.values())
    fmt::print(invocation.output(), "{}: {}\n", name, line_value(value));
}

} // namespace

Facts& Facts::add(std::string_view name, std::string_view text) {
  if (!text.empty()) values_.emplace_back(name, std::string(text));
  return *this;
}

Facts& Facts::add(std::string_view name, std::int64_t number) {
  values_.emplace_back(name, number);
  return *this;
}

Facts& Facts::add(std::string_view name, bool flag) {
  values_.emplace_back(name, flag);
  return *this;
}

void print(const cli::Invocation& invocation, std::span<const Facts> things) {
  if (invocation.given("--json")) {
    json::Writer json(2);
    json.array();
    for (const auto& thing : things) write(json, thing);
    json.end();
    fmt::print(invocation.output(), "{}\n", std::move(json).text());
    return;
  }
  bool first = true;
  for (const auto& thing : things) {
    if (!first) fmt::print(invocation.output(), "\n");
    first = false;
    print_lines(invocation, thing);
  }
}

void print(const cli::Invocation& invocation, const Facts& thing) {
  if (!invocation.given("--json")) return print_lines(invocation, thing);
  json::Writer json(2);
  write(json, thing);
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

void print(const cli::Invocation& invocation, const Facts& thing, std::string_view name,
           std::span<const Facts> parts) {
  if (!invocation.given("--json")) {
    print_lines(invocation, thing);
    for (const auto& part : parts) {
      fmt::print(invocation.output(), "\n");
      print_lines(invocation, part);
    }
    return;
  }
  json::Writer json(2);
  json.object();
  write_members(json, thing);
  json.key(name).array();
  for (const auto& part : parts) write(json, part);
  json.end().end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

} // namespace mox::cmd
