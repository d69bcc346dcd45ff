// JSON is read strictly and within limits.
#include "json/parse.h"
#include "support/catch.h"

#include <boost/json/serialize.hpp>

#include <string>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

} // namespace

TEST_CASE("well-formed JSON (RFC 8259)") {
  struct Row {
    std::string text;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"null", "null"},
      {" \t\r\n true \n", "true"},
      {"-0.5e1", "-5E0"},
      {"18446744073709551615", "18446744073709551615"},
      {R"("\u00e9\ud83d\udd11")", "\"\xC3\xA9\xF0\x9F\x94\x91\""},
      {R"("\u0000")", R"("\u0000")"},
      {R"({"a":[1,{}],"b":"\""})", R"({"a":[1,{}],"b":"\""})"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {"[]", "[]"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto value = json::parse(row.text);
    REQUIRE(value);
    CHECK(std::string(boost::json::serialize(*value)) == row.want);
  }
}

TEST_CASE("malformed JSON") {
  const std::vector<std::string> rows = {
      "",
      " ",
      "nul",
      "True",
      "{} {}",
      "[1,]",
      "[,1]",
      "[1 2]",
      R"({"a":1,})",
      R"({a:1})",
      R"({"a" 1})",
      R"({"a"})",
      R"({1:2})",
      "'a'",
      "\"a",
      "\"a\nb\"",
      "\"a\0b\""s,
      R"("\x41")",
      R"("\u12")",
      R"("\ud83d")",
      R"("\udd11\ud83d")",
      "\"\xFF\"",
      "\"\xC0\x80\"",
      "\"\xED\xA0\x80\"",
      "\xEF\xBB\xBF{}",
      "01",
      "+1",
      "1.",
      ".5",
      "0x1",
      "NaN",
      "Infinity",
      "-",
      "1e",
      "// comment\n1",
      "/* comment */ 1",
      "[",
      "]",
      "{",
      "\0"s,
      "1\0"s,
  };
  for (const auto& text : rows) {
    CAPTURE(text);
    const auto value = json::parse(text);
    REQUIRE(!value);
    CHECK(value.error().kind == ErrorKind::invalid);
    CHECK(value.error().text.starts_with("malformed JSON: "));
  }
}

TEST_CASE("size and depth are limited") {
  const auto well = [](const std::string& text, const json::Limits& limits) {
    return json::parse(text, limits).has_value();
  };
  CHECK(well("[1, 2]", {.size = 6}));
  CHECK(!well("[1, 2] ", {.size = 6}));
  CHECK(json::parse("[1, 2] ", {.size = 6}).error().text == "JSON text is too large");
  for (const auto& [open, close] : {std::pair{"["s, "]"s}, {"{\"a\":"s, "}"s}}) {
    CAPTURE(open);
    CHECK(well(nested(32, open, close), {}));
    CHECK(!well(nested(33, open, close), {}));
    CHECK(well(nested(3, open, close), {.depth = 3}));
    CHECK(!well(nested(4, open, close), {.depth = 3}));
    CHECK(!well(nested(100'000, open, close), {}));
  }
  CHECK(!well(std::string(500'000, '['), {}));
  // A long text in one value takes no more than its room.
  CHECK(well('"' + std::string(1'000'000, 'x') + '"', {}));
}
