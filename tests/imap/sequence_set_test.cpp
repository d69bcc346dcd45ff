#include "imap/sequence_set.h"
#include "support/catch.h"

#include <string>
#include <vector>

using mox::imap::SequenceRange;
using mox::imap::SequenceSet;

namespace {

std::string text_of(const SequenceSet& set) {
  std::string text;
  mox::imap::append_sequence_set(text, set);
  return text;
}

std::string text_of(const std::vector<SequenceRange>& ranges) {
  std::string text;
  mox::imap::append_sequence_set(text, std::span(ranges));
  return text;
}

} // namespace

TEST_CASE("sequence sets are parsed, resolved and printed") {
  struct Row {
    std::string input;
    std::uint32_t max;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"1", 10, "1"},
      {"*", 10, "10"},
      {"*", 0, ""},
      {"1:*", 0, ""},
      {"2:4", 10, "2:4"},
      {"4:2", 10, "2:4"},
      {"4:*", 10, "4:10"},
      {"*:4", 10, "4:10"},
      {"15:*", 10, "10:15"},
      {"*:*", 10, "10"},
      {"1,3,5", 10, "1,3,5"},
      {"5,3,1", 10, "1,3,5"},
      {"1,2,3", 10, "1:3"},
      {"1:3,4:6", 10, "1:6"},
      {"1:3,3:6,2", 10, "1:6"},
      {"1:10,3:5", 10, "1:10"},
      {"4294967295", 10, "4294967295"},
      {"1:4294967295,4294967295", 10, "1:4294967295"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input, row.max);
    const auto set = mox::imap::parse_sequence_set(row.input);
    REQUIRE(set);
    CHECK(text_of(*set) == row.input.substr(0, row.input == "*:*" ? 1 : row.input.npos));
    const auto resolved = set->resolve(row.max);
    CHECK(text_of(resolved) == row.want);
    for (const std::uint32_t number : {1U, 2U, 4U, 5U, 9U, 10U, 11U, 15U, 16U, 4294967295U}) {
      CAPTURE(number);
      CHECK(set->contains(number, row.max) == contains(resolved, number));
    }
  }
}

TEST_CASE("malformed sequence sets") {
  struct Row {
    std::string input;
    std::size_t position;
  };

  const std::vector<Row> rows = {
      {"", 0},   {"0", 0},    {"1,", 2},  {",1", 0},         {"1:", 2},
      {":1", 0}, {"1::2", 2}, {"1:0", 2}, {"4294967296", 0}, {"a", 0},
      {"1a", 1}, {"-1", 0},   {"+1", 0},  {"1 ", 1},         {"1:2:3", 3},
      {"$1", 0}, {"1,$", 2},  {"**", 1},  {"1;2", 1},        {"99999999999999999999999999", 0}};
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto set = mox::imap::parse_sequence_set(row.input);
    REQUIRE(!set);
    CHECK(set.error().kind == mox::imap::SyntaxError::Kind::syntax);
    CHECK(set.error().position == row.position);
  }
}

TEST_CASE("the saved result") {
  const auto set = mox::imap::parse_sequence_set("$");
  REQUIRE(set);
  CHECK(set->saved);
  CHECK(set->has_star());
  CHECK(set->ranges.empty());
  CHECK(text_of(*set) == "$");
}

TEST_CASE("what a set says of itself") {
  const auto set = *mox::imap::parse_sequence_set("3:17,*,5");
  CHECK(set.has_star());
  CHECK(set.max_number() == 17);
  CHECK(!mox::imap::parse_sequence_set("3:17")->has_star());
  CHECK(mox::imap::parse_sequence_set("*")->max_number() == 0);
  CHECK(text_of(SequenceSet::single(7)) == "7");
}

TEST_CASE("the number of ranges is limited") {
  std::string text = "1";
  for (std::size_t i = 1; i < SequenceSet::max_ranges; ++i) text += ",1";
  CHECK(mox::imap::parse_sequence_set(text));
  const auto over = mox::imap::parse_sequence_set(text + ",1");
  REQUIRE(!over);
  CHECK(over.error().kind == mox::imap::SyntaxError::Kind::too_big);
}

TEST_CASE("sorted numbers become ranges") {
  struct Row {
    std::vector<std::uint32_t> numbers;
    std::string want;
  };

  const std::vector<Row> rows = {
      {{}, ""},
      {{5}, "5"},
      {{1, 2, 3}, "1:3"},
      {{1, 3, 4, 9}, "1,3:4,9"},
      {{4294967294U, 4294967295U}, "4294967294:4294967295"},
  };
  for (const auto& row : rows) {
    std::string text;
    mox::imap::append_sequence_set(text, std::span(row.numbers));
    CHECK(text == row.want);
    CHECK(text_of(mox::imap::compress(row.numbers)) == row.want);
  }
}
