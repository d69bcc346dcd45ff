#include "address/localpart.h"
#include "support/catch.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using address::canonical;
using address::Localpart;
using address::parse_localpart;

TEST_CASE("localparts are read and printed") {
  struct Row {
    const char* name;
    std::string_view input, value, printed;
  };

  const std::vector<Row> rows = {
      {"plain", "mjl", "mjl", "mjl"},
      {"case is kept", "MjL", "MjL", "MjL"},
      {"dots", "a.b.c", "a.b.c", "a.b.c"},
      {"marks", "!#$%&'*+-/=?^_`{|}~", "!#$%&'*+-/=?^_`{|}~", "!#$%&'*+-/=?^_`{|}~"},
      {"UTF-8", "m\xC3\xBCller", "m\xC3\xBCller", "m\xC3\xBCller"},
      {"needless quotes", "\"mjl\"", "mjl", "mjl"},
      {"needless escape", "\"m\\jl\"", "mjl", "mjl"},
      {"space", "\"a b\"", "a b", "\"a b\""},
      {"escaped space", "\"a\\ b\"", "a b", "\"a b\""},
      {"quote and backslash", "\"a\\\"b\\\\c\"", "a\"b\\c", "\"a\\\"b\\\\c\""},
      {"at sign", "\"a@b\"", "a@b", "\"a@b\""},
      {"empty", "\"\"", "", "\"\""},
      {"dots that need quotes", "\".a..b.\"", ".a..b.", "\".a..b.\""},
      {"quoted UTF-8", "\"\xC3\xBC \"", "\xC3\xBC ", "\"\xC3\xBC \""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto parsed = parse_localpart(row.input);
    REQUIRE(parsed);
    CHECK(parsed->value == row.value);
    CHECK(to_string(*parsed) == row.printed);
    CHECK(parse_localpart(row.printed).value() == *parsed);
  }
}

TEST_CASE("what is no localpart is refused") {
  const std::vector<std::string> rows = {"",
                                         ".a",
                                         "a.",
                                         "a..b",
                                         ".",
                                         "a b",
                                         "a@b",
                                         "a,b",
                                         "a\\b",
                                         "(a)",
                                         "<a>",
                                         "a\"b",
                                         "\"",
                                         "\"a",
                                         "\"a\\\"",
                                         "\"a\"b\"",
                                         "\"a\"b",
                                         "\"\t\"",
                                         "\"\\\n\"",
                                         "\"a\x7F\"",
                                         "\"\\\xC3\xA9\"",
                                         "a\x7F",
                                         "a\r",
                                         "\xFF",
                                         "\"\xC3\"",
                                         std::string("a\0", 2),
                                         std::string("\"\0\"", 3),
                                         "\"\\\""};
  for (const auto& row : rows) {
    CAPTURE(row);
    const auto parsed = parse_localpart(row);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::invalid);
    CHECK(parsed.error().text.starts_with("localpart "));
  }
}

TEST_CASE("localparts have a limit, counted as they are written") {
  const std::string longest(64, 'a');
  CHECK(parse_localpart(longest));
  CHECK_FALSE(parse_localpart(longest + "a"));
  CHECK(parse_localpart('"' + std::string(62, 'a') + '"'));
  CHECK_FALSE(parse_localpart('"' + std::string(63, 'a') + '"'));
  CHECK(parse_localpart(longest + longest, address::localpart_tolerance));
  CHECK_FALSE(parse_localpart(longest + longest + "a", address::localpart_tolerance));
}

TEST_CASE("canonical form") {
  struct Row {
    const char* name;
    std::string_view input;
    bool case_sensitive;
    std::vector<std::string> separators;
    std::optional<std::string> want;
  };

  const std::vector<Row> rows = {
      {"lower case", "MJL", false, {}, "mjl"},
      {"case kept", "MJL", true, {}, "MJL"},
      {"not cut without separators", "mjl+x", false, {}, "mjl+x"},
      {"cut", "mjl+x+y", false, {"+"}, "mjl"},
      {"cut at each", "mjl-a+b", false, {"+", "-"}, "mjl"},
      {"cut at each, other order", "mjl+b-a", false, {"+", "-"}, "mjl"},
      {"longer separator", "mjl--a-b", false, {"--"}, "mjl"},
      {"separator last", "mjl+", false, {"+"}, "mjl"},
      {"separator first", "+mjl", false, {"+"}, std::nullopt},
      {"second separator first", "-a+b", false, {"+", "-"}, std::nullopt},
      {"empty separator is none", "mjl", false, {""}, "mjl"},
      {"Unicode lower case", "\xC3\x84rger", false, {}, "\xC3\xA4rger"},
      {"decomposed", "u\xCC\x88", true, {}, "\xC3\xBC"},
      {"sharp s is not ss",
       "stra\xC3\x9F"
       "e",
       false,
       {},
       "stra\xC3\x9F"
       "e"},
      {"postmaster", "PostMaster", true, {}, "postmaster"},
      {"postmaster, cut", "Postmaster+x", true, {"+"}, "postmaster"},
      {"quotes do not count", "\"mjl\"", false, {}, "mjl"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto parsed = parse_localpart(row.input);
    REQUIRE(parsed);
    const auto made =
        canonical(*parsed, {.case_sensitive = row.case_sensitive, .separators = row.separators});
    REQUIRE(made.has_value() == row.want.has_value());
    if (made) CHECK(made->value == *row.want);
  }
}

TEST_CASE("postmaster has no case") {
  CHECK(Localpart{"postMASTER"}.is_postmaster());
  CHECK_FALSE(Localpart{"postmaster2"}.is_postmaster());
}
