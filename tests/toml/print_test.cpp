// What is printed reads as what was meant.
#include "support/catch.h"
#include "toml/print.h"
#include "toml/same.h"

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

toml::Table parsed(std::string_view text) {
  auto table = toml::parse(text);
  if (!table) FAIL(table.error().text);
  return *std::move(table);
}

toml::Value value_of(std::string_view text) {
  return *parsed("value = " + std::string(text)).find("value");
}

} // namespace

TEST_CASE("keys are bare or quoted") {
  struct Row {
    std::string key, want;
  };

  const std::vector<Row> rows = {
      {"a-B_9", "a-B_9"},
      {"", R"("")"},
      {"user@example.org", R"("user@example.org")"},
      {"a.b", R"("a.b")"},
      {"a b", R"("a b")"},
      {R"(a"\b)", R"("a\"\\b")"},
      {"\xC3\xA9", "\"\xC3\xA9\""},
      {"a\n", R"("a\n")"},
      {"\xFF", "\"\xEF\xBF\xBD\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.key);
    CHECK(toml::print_key(row.key) == row.want);
    const auto table = parsed(row.want + " = 1");
    if (row.key != "\xFF") CHECK(table.members[0].key == row.key);
  }
  CHECK(toml::print_keys(toml::Path{"domains", "example.org", "dkim"}) ==
        R"(domains."example.org".dkim)");
}

TEST_CASE("values on one line") {
  struct Row {
    std::string value, want;
  };

  const std::vector<Row> rows = {
      {"'a'", R"("a")"},
      {R"("\b\t\n\f\r\"\\\u0000\u001F\u007F")", R"("\b\t\n\f\r\"\\\u0000\u001F\u007F")"},
      {"'''\na\nb'''", R"("a\nb")"},
      {"\"\\U0001F511\"", "\"\xF0\x9F\x94\x91\""},
      {"0", "0"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1.0", "1.0"},
      {"-0.0", "-0.0"},
      {"0.1", "0.1"},
      {"1e300", "1e+300"},
      {"5e-324", "5e-324"},
      {"123456789012345678.0", "1.2345678901234568e+17"},
      {"inf", "inf"},
      {"-inf", "-inf"},
      {"-nan", "nan"},
      {"true", "true"},
      {"false", "false"},
      {"[]", "[]"},
      {"[ 1, [ 'a', ], {} ]", R"([1, ["a"], {}])"},
      {"{ 'b c' = 1, a.x = [{ z = 1 }] }", R"({ "b c" = 1, a = { x = [{ z = 1 }] } })"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const auto value = value_of(row.value);
    CHECK(toml::print(value) == row.want);
    CHECK(toml::same(value_of(row.want), value));
  }
}

TEST_CASE("every character below U+0100 survives") {
  std::string text;
  for (int c = 0; c < 0x80; ++c) text += static_cast<char>(c);
  for (int c = 0x80; c < 0x100; ++c) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
  const toml::Value value{.data = text};
  CHECK(toml::same(value_of(toml::print(value)), value));
}

TEST_CASE("doubles survive") {
  using limits = std::numeric_limits<double>;
  for (const double number : {limits::max(), limits::lowest(), limits::min(), limits::denorm_min(),
                              limits::epsilon(), 0.1, 1.0 / 3, 1e15, 1e16, 1e17, 1e21, 123456.0}) {
    CAPTURE(number);
    const auto again = value_of(toml::print({.data = number}));
    CHECK(std::get<double>(again.data) == number);
  }
}

TEST_CASE("a document has its simple members first, then headers") {
  const auto text =
      "[accounts.mjl]\n"
      "domain = 'example.org'\n"
      "destinations.'mjl@example.org'.rulesets = [{ mailbox = 'a' }, { mailbox = 'b', n.m = 1 }]\n"
      "[empty]\n"
      "[sub.sub]\n"
      "x = 1\n";
  const auto document = parsed(std::string("zero = []\none = 1\n") + text);
  const auto printed = toml::print(document);
  CHECK(printed == "zero = []\n"
                   "one = 1\n"
                   "\n"
                   "[accounts.mjl]\n"
                   "domain = \"example.org\"\n"
                   "\n"
                   "[[accounts.mjl.destinations.\"mjl@example.org\".rulesets]]\n"
                   "mailbox = \"a\"\n"
                   "\n"
                   "[[accounts.mjl.destinations.\"mjl@example.org\".rulesets]]\n"
                   "mailbox = \"b\"\n"
                   "\n"
                   "[accounts.mjl.destinations.\"mjl@example.org\".rulesets.n]\n"
                   "m = 1\n"
                   "\n"
                   "[empty]\n"
                   "\n"
                   "[sub.sub]\n"
                   "x = 1\n");
  CHECK(toml::same(parsed(printed), document));
  CHECK(toml::print(toml::Table{}).empty());
  const toml::Layout layout{
      .newline = "\r\n", .header_indent = " ", .indent = "  ", .equals = "=", .between = ""};
  CHECK(toml::print(parsed("a = 1\n[b]\nc = 1\n[d]"), layout) ==
        " a=1\r\n [b]\r\n  c=1\r\n [d]\r\n");
}

TEST_CASE("a date cannot be printed") {
  CHECK_THROWS_AS(toml::print(value_of("[1979-05-27]")), std::logic_error);
  CHECK_THROWS_AS(toml::print(parsed("a = 1979-05-27")), std::logic_error);
}

TEST_CASE("the same document in other words") {
  const auto same = [](std::string_view a, std::string_view b) {
    return toml::same(parsed(a), parsed(b)) && toml::same(parsed(b), parsed(a));
  };
  CHECK(same("", " # nothing"));
  CHECK(same("a.b = 1\na.c = 'x'", "[a]\nc = \"x\"\nb = 0x1"));
  CHECK(same("[[a]]\nb = 1", "a = [{ b = 1 }]"));
  CHECK(same("a = nan", "a = -nan"));
  CHECK(same("a = 1979-05-27", "a = 1980-05-27"));
  for (const auto& other : {"", "b = 1", "a = 2", "a = 1.0", "a = '1'", "a = true", "a = [1]",
                            "a = {}", "a = 1\nb = 1", "a = 1979-05-27"}) {
    CAPTURE(other);
    CHECK_FALSE(same("a = 1", other));
  }
  CHECK_FALSE(same("a = 0.0", "a = -0.0"));
  CHECK_FALSE(same("a = 0.0", "a = nan"));
  CHECK_FALSE(same("a = [1, 2]", "a = [2, 1]"));
  CHECK_FALSE(same("a = [1]", "a = [1, 1]"));
  CHECK_FALSE(same("a = { b = 1 }", "a = { b = 2 }"));
  CHECK_FALSE(same("a = true", "a = false"));
}
