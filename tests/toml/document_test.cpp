// Documents become trees, in the order of the source and with the place of everything; what is
// wrong is told with its place.
#include "support/catch.h"
#include "toml/document.h"
#include "toml/print.h"

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

std::string place(const toml::Place& place) {
  return std::to_string(place.line) + ':' + std::to_string(place.column);
}

// Each key with its place, and its value's place.
void list_places(std::string& to, const toml::Table& table) {
  for (const auto& member : table.members) {
    to += member.key + ' ' + place(member.place) + ' ' + place(member.value.place) + '\n';
    if (const auto* inner = std::get_if<toml::Table>(&member.value.data)) list_places(to, *inner);
  }
}

std::string places(std::string_view text) {
  std::string list;
  list_places(list, parsed(text));
  return list;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

} // namespace

TEST_CASE("values of each kind") {
  const auto table = parsed("string = 'a'\n"
                            "integer = -9223372036854775808\n"
                            "hex = 0xFF\n"
                            "real = 1e-3\n"
                            "yes = true\n"
                            "date = 1979-05-27\n"
                            "moment = 1979-05-27 07:32:00Z\n"
                            "array = [1, 'a', []]\n"
                            "braces = { a.b = 1 }\n");
  const auto data = [&table](std::string_view key) -> const auto& { return table.find(key)->data; };
  CHECK(std::get<std::string>(data("string")) == "a");
  CHECK(std::get<std::int64_t>(data("integer")) == INT64_MIN);
  CHECK(std::get<std::int64_t>(data("hex")) == 255);
  CHECK(std::get<double>(data("real")) == 0.001);
  CHECK(std::get<bool>(data("yes")));
  CHECK(std::holds_alternative<toml::Moment>(data("date")));
  CHECK(std::holds_alternative<toml::Moment>(data("moment")));
  CHECK(std::get<toml::Array>(data("array")).size() == 3);
  const auto& braces = std::get<toml::Table>(data("braces"));
  CHECK(std::get<toml::Table>(braces.find("a")->data).find("b") != nullptr);
  CHECK(table.find("other") == nullptr);
  CHECK(parsed("").members.empty());
}

TEST_CASE("members stand in the order of the source, with their places") {
  CHECK(places("z = 1\nb = 2\na = 3\n") == "z 1:1 1:5\nb 2:1 2:5\na 3:1 3:5\n");
  // A table that is first named by the header of another.
  CHECK(places("[z.y]\nk = 1\n[a]\n[z]\n") == "z 1:2 4:1\ny 1:4 1:1\nk 2:1 2:5\na 3:2 3:1\n");
  CHECK(places("  'b'.c.a = 1 # x\n  b.c.\"0\" = [ ]\n") ==
        "b 1:3 1:3\nc 1:7 1:7\na 1:9 1:13\n0 2:7 2:13\n");
  CHECK(places("t = { b = 1, a = { c = 2 } }") ==
        "t 1:1 1:5\nb 1:7 1:11\na 1:14 1:18\nc 1:20 1:24\n");
}

TEST_CASE("a column is one character, a line ends in LF or CRLF, a byte order mark is none") {
  CHECK(places("\"\xC3\xA9\xF0\x9F\x94\x91\" = 1\r\na = 2\r\n") ==
        "\xC3\xA9\xF0\x9F\x94\x91 1:1 1:8\na 2:1 2:5\n");
  CHECK(places("\xEF\xBB\xBF"
               "a = 1") == "a 1:1 1:5\n");
}

TEST_CASE("the tables of an array have the places of their headers") {
  const auto table = parsed("[[a]]\nb = 1\n\n[[a]]\n[a.c]\n");
  const auto& elements = std::get<toml::Array>(table.find("a")->data);
  REQUIRE(elements.size() == 2);
  CHECK(place(elements[0].place) == "1:1");
  CHECK(place(elements[1].place) == "4:1");
}

TEST_CASE("what is wrong is told with its place") {
  struct Row {
    std::string text;
    std::string place;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"a = 1\na = 2", "2:5", "cannot redefine existing integer 'a'"},
      {"[a]\n[a]", "2:1", "cannot redefine existing table 'a'"},
      {"[a]\nb.c = 1\n[a.b]", "3:1", "cannot redefine existing table 'a.b'"},
      {"a = {}\n[a.b]", "2:6", "cannot insert 'a.b' into existing inline table"},
      {"a = { b = 1, b = 2 }", "1:18", "cannot redefine existing integer 'b'"},
      {"a = ", "1:5", "end-of-file"},
      {"a = 'x", "1:7", "end-of-file"},
      {"a = 1 b = 2", "1:7", "expected a comment or whitespace"},
      {"\n\n  = 1", "3:3", ""},
      {"a = \"\\q\"", "1:7", "unknown escape sequence"},
      {"a = 9223372036854775808", "1:24", ""},
      {"a = 1\xFF", "1:6", "this is not UTF-8"},
      {"a = 1\n# \xC3\xA9\xED\xA0\x80", "2:4", "this is not UTF-8"},
      {"# \xEF\xBF\xBD\xE2\x82", "1:4", "this is not UTF-8"},
      {"a = '\0'"s, "1:6", ""},
      {"a = 1\rb = 2", "1:7", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto table = toml::parse(row.text);
    REQUIRE_FALSE(table);
    CAPTURE(table.error().text);
    CHECK(place(table.error().place) == row.place);
    CHECK(table.error().text.find(row.want) != std::string::npos);
    CHECK_FALSE(table.error().text.empty());
  }
}

TEST_CASE("depth is limited, in all ways of getting deep") {
  const auto limit = toml::depth_limit;
  const auto is_deep = [](const std::string& text) {
    const auto table = toml::parse(text);
    if (table) return false;
    CAPTURE(table.error().text);
    CHECK(table.error().text.find("more than 32 arrays and tables in each other") == 0);
    CHECK(table.error().place.line == 1);
    return true;
  };
  const auto arrays = [](std::size_t n) { return "a = " + repeated("[", n) + repeated("]", n); };
  const auto braces = [](std::size_t n) {
    return "a = " + repeated("{ a = ", n) + "1" + repeated(" }", n);
  };
  const auto dots = [](std::size_t n) { return repeated("a.", n) + "a = 1"; };
  const auto header = [](std::size_t n) { return "[" + repeated("a.", n - 1) + "a]"; };
  const auto elements = [](std::size_t n) { return "[[" + repeated("a.", n - 2) + "a]]"; };
  const auto mixed = [](std::size_t n) {
    return "[a.a]\na = " + repeated("[{ a.a = ", (n - 2) / 3) + "1" + repeated("}]", (n - 2) / 3);
  };
  for (const auto& make :
       std::vector<std::string (*)(std::size_t)>{arrays, braces, dots, header, elements}) {
    CHECK_FALSE(is_deep(make(limit)));
    CHECK(is_deep(make(limit + 1)));
    CHECK(is_deep(make(100'000)));
  }
  CHECK_FALSE(is_deep(mixed(32)));
  CHECK_FALSE(toml::parse(mixed(35)));
  CHECK(is_deep(repeated("a", 1) + " = " + repeated("[", 10'000'000)));
  // Not deep: brackets and dots in comments and strings, and one behind the other.
  CHECK_FALSE(is_deep("a = '" + repeated("[", 100) + "' # " + repeated("[a.", 100)));
  CHECK_FALSE(is_deep("a = \"\\\"" + repeated("[", 100) + "\""));
  CHECK_FALSE(is_deep("a = '''\n'" + repeated("{", 100) + "\n''''"));
  CHECK_FALSE(is_deep("a = [" + repeated("[1.5], ", 100) + "]"));
}

TEST_CASE("size is limited") {
  std::string text = "a = '" + std::string(toml::size_limit - 6, 'x') + '\'';
  REQUIRE(text.size() == toml::size_limit);
  CHECK(toml::parse(text));
  text += '\n';
  const auto table = toml::parse(text);
  REQUIRE_FALSE(table);
  CHECK(table.error().text == "67108865 bytes, which is more than the 67108864 that are read");
  CHECK(place(table.error().place) == "0:0");
}

TEST_CASE("an account among many") {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += "[accounts.user" + std::to_string(i) + "]\ndomain = \"example.org\"\n\n";
  const auto table = parsed(text);
  const auto& accounts = std::get<toml::Table>(table.find("accounts")->data);
  REQUIRE(accounts.members.size() == 3000);
  CHECK(accounts.members[2999].key == "user2999");
  CHECK(place(accounts.members[2999].place) == "8998:11");
}
