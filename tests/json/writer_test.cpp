// JSON that is written is what was meant, and nothing in a text ends its string.
#include "json/parse.h"
#include "json/writer.h"
#include "support/catch.h"

#include <boost/json/serialize.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

std::string text_of(json::Writer json) {
  return std::move(json).text();
}

} // namespace

TEST_CASE("texts are escaped") {
  struct Row {
    const char* name;
    std::string text;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"plain", "mail", R"("mail")"},
      {"empty", "", R"("")"},
      {"quotation mark and backslash", R"(a"b\c)", R"("a\"b\\c")"},
      {"a slash needs none", "a/b", R"("a/b")"},
      {"short escapes", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"NUL", "a\0b"s, R"("a\u0000b")"},
      {"other control characters", "\x01\x1B\x1F\x7F", R"("\u0001\u001b\u001f\u007f")"},
      {"UTF-8 stays", "\xC3\xA9\xF0\x9F\x94\x91", "\"\xC3\xA9\xF0\x9F\x94\x91\""},
      {"bad bytes become U+FFFD", "a\xFF\"b", "\"a\xEF\xBF\xBD\\\"b\""},
      {"a cut character", "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"a surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"an overlong quotation mark", "\xC0\xA2", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::string text;
    json::append_string(text, row.text);
    CHECK(text == row.want);
    const auto parsed = json::parse(text);
    REQUIRE(parsed);
    CHECK(parsed->is_string());
    json::Writer json;
    json.object().member(row.text, row.text).end();
    CHECK(text_of(json) == '{' + row.want + ':' + row.want + '}');
  }
}

TEST_CASE("every byte, alone and in a key, leaves the JSON whole") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string text(1, static_cast<char>(byte));
    json::Writer json;
    json.object().member(text, text).end();
    const auto parsed = json::parse(std::move(json).text());
    REQUIRE(parsed);
    REQUIRE(parsed->as_object().size() == 1);
    const auto& member = *parsed->as_object().begin();
    CHECK(std::string_view(member.key()) == std::string_view(member.value().as_string()));
    if (byte < 0x80) CHECK(std::string_view(member.key()) == text);
  }
}

TEST_CASE("values of all kinds, in their order") {
  json::Writer json;
  json.object();
  json.member("text", "a").member("string", "b"s).member("view", "c"sv);
  json.member("yes", true).member("no", false);
  json.key("nothing").null();
  json.member("least", std::numeric_limits<std::int64_t>::min());
  json.member("most", std::numeric_limits<std::uint64_t>::max());
  json.member("short", std::uint8_t{255});
  json.member("half", 0.5).member("infinite", std::numeric_limits<double>::infinity());
  json.member("no number", std::numeric_limits<double>::quiet_NaN());
  json.key("list").array().value(1).value("two").array().end().object().end().end();
  json.end();
  CHECK(text_of(json) ==
        R"({"text":"a","string":"b","view":"c","yes":true,"no":false,"nothing":null,)"
        R"("least":-9223372036854775808,"most":18446744073709551615,"short":255,"half":0.5,)"
        R"("infinite":null,"no number":null,"list":[1,"two",[],{}]})");
}

TEST_CASE("one member on each line") {
  json::Writer json(2);
  json.object().member("a", 1).key("b").array().value(2).object().end().end().end();
  CHECK(text_of(json) == "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    {}\n  ]\n}");
}

TEST_CASE("a value may stand alone") {
  json::Writer json;
  json.value("mail");
  CHECK(json.size() == 6);
  CHECK(text_of(json) == "\"mail\"");
}

TEST_CASE("doubles survive") {
  for (const double number : {0.0, -0.0, 0.1, 1.0, -1e300, 5e-324, 1e21, 123456789.125,
                              std::numeric_limits<double>::max()}) {
    CAPTURE(number);
    json::Writer json;
    json.value(number);
    const auto parsed = json::parse(std::move(json).text());
    REQUIRE(parsed);
    CHECK(parsed->to_number<double>() == number);
  }
}

TEST_CASE("wrong use is told") {
  struct Row {
    const char* name;
    void (*use)(json::Writer&);
  };

  const Row rows[] = {
      {"nothing written", [](json::Writer&) {}},
      {"not ended", [](json::Writer& json) { json.object(); }},
      {"ended too often", [](json::Writer& json) { json.array().end().end(); }},
      {"nothing to end", [](json::Writer& json) { json.end(); }},
      {"a value without a key", [](json::Writer& json) { json.object().value(1); }},
      {"an array without a key", [](json::Writer& json) { json.object().array(); }},
      {"a key without an object", [](json::Writer& json) { json.key("a"); }},
      {"a key in an array", [](json::Writer& json) { json.array().key("a"); }},
      {"two keys", [](json::Writer& json) { json.object().key("a").key("b"); }},
      {"a key without a value", [](json::Writer& json) { json.object().key("a").end(); }},
      {"two values alone", [](json::Writer& json) { json.value(1).value(2); }},
      {"a value behind an object", [](json::Writer& json) { json.object().end().null(); }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto run = [&row] {
      json::Writer json;
      row.use(json);
      return std::move(json).text();
    };
    CHECK_THROWS_AS(run(), std::logic_error);
  }
}
