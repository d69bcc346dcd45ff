#include "smtpserver/faults.h"
#include "support/catch.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox::smtpserver;

namespace {

Fault by_address(std::uint16_t code) {
  return {.code = code, .text = "failure asked for by the address"};
}

Fault by_rule(std::uint16_t code) {
  return {.code = code, .text = {}};
}

const Fault hang{.kind = Fault::Kind::timeout, .text = {}};

// Which of `count` equal commands fail: "x" or ".".
std::string pattern(Faults& faults, int count, Stage stage = Stage::mail) {
  std::string acted;
  for (int i = 0; i < count; ++i) acted += faults.next(stage, "a@b", {}) ? 'x' : '.';
  return acted;
}

} // namespace

TEST_CASE("localparts that fail on purpose") {
  struct Row {
    std::string_view localpart;
    Stage stage;
    std::optional<Fault> want;
  };

  const std::vector<Row> rows = {
      {"mox", Stage::data, std::nullopt},
      {"temperror", Stage::data, by_address(451)},
      {"PermError", Stage::data, by_address(550)},
      {"any.thing452", Stage::data, by_address(452)},
      {"599", Stage::data, by_address(599)},
      {"timeout", Stage::data, hang},
      {"temperror", Stage::rcpt, std::nullopt},
      {"temperror", Stage::mail, std::nullopt},
      {"rcptto421", Stage::rcpt, by_address(421)},
      {"rcptto421", Stage::data, std::nullopt},
      {"rcpttotimeout", Stage::rcpt, hang},
      {"mailfrompermerror", Stage::mail, by_address(550)},
      {"mailfrompermerror", Stage::rcpt, std::nullopt},
      {"mailfrom", Stage::mail, std::nullopt},
      {"a250", Stage::data, std::nullopt},
      {"a4x1", Stage::data, std::nullopt},
      {"51", Stage::data, std::nullopt},
      {"temperror", Stage::auth, std::nullopt},
      {"temperror", Stage::connect, std::nullopt},
      {"", Stage::data, std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.localpart);
    CHECK(fault_for(row.localpart, row.stage) == row.want);
  }
}

TEST_CASE("globs") {
  struct Row {
    std::string_view pattern;
    std::string_view text;
    bool want;
  };

  const std::string many(300, 'a');
  const std::string stars = "*a*a*a*a*a*a*a*a*a*a*b";
  const std::vector<Row> rows = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a@b", true},
      {"a@b", "A@B", true},
      {"a@b", "a@bc", false},
      {"*@example.org", "joe@Example.ORG", true},
      {"*@example.org", "joe@sub.example.org", false},
      {"*@*example.org", "joe@sub.example.org", true},
      {"bob*", "bob+x@a", true},
      {"b?b@*", "bib@a", true},
      {"b?b@*", "bb@a", false},
      {"?", "", false},
      {"a*b*c", "a1b2b3c", true},
      {"a*b*c", "a1b2b3", false},
      {"**a**", "xax", true},
      {stars, many, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern, row.text);
    CHECK(matches_glob(row.pattern, row.text) == row.want);
  }
}

TEST_CASE("rules: stage and addresses decide") {
  Faults faults;
  REQUIRE(faults.set({{.stage = Stage::mail, .fault = by_rule(450), .from = "news@*"},
                      {.stage = Stage::rcpt, .fault = by_rule(551), .to = "*@slow.example"},
                      {.stage = Stage::rcpt, .fault = by_rule(552), .from = "", .to = ""},
                      {.stage = Stage::data, .fault = hang, .from = "a@*", .to = "c@*"}},
                     0));

  struct Row {
    Stage stage;
    std::string_view from;
    std::vector<std::string> to;
    std::optional<Fault> want;
  };

  const std::vector<Row> rows = {
      {Stage::mail, "news@a", {}, by_rule(450)},
      {Stage::mail, "a@a", {}, std::nullopt},
      {Stage::mail, "", {}, std::nullopt},
      {Stage::rcpt, "news@a", {"b@slow.example"}, by_rule(551)},
      {Stage::rcpt, "", {"b@other.example"}, by_rule(552)},
      {Stage::data, "a@a", {"b@b", "c@b"}, hang},
      {Stage::data, "a@a", {"b@b"}, std::nullopt},
      {Stage::data, "b@a", {"c@b"}, std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.from, row.to);
    CHECK(faults.next(row.stage, row.from, row.to) == row.want);
  }
  // The second rule for RCPT matched both, and the first one came before it.
  const auto counts = faults.state().counts;
  CHECK(counts[2].matched == 2);
  CHECK(counts[2].acted == 1);
}

TEST_CASE("rules: chance comes from the seed") {
  const auto run = [](std::uint64_t seed, double chance) {
    Faults faults;
    REQUIRE(faults.set({{.stage = Stage::mail, .fault = by_rule(450), .chance = chance}}, seed));
    return pattern(faults, 200);
  };
  const auto half = run(1, 0.5);
  CHECK(half == run(1, 0.5));
  CHECK(half != run(2, 0.5));
  const auto failed = std::ranges::count(half, 'x');
  CHECK(failed > 60);
  CHECK(failed < 140);
  CHECK(run(1, 0) == std::string(200, '.'));
  CHECK(run(1, 1) == std::string(200, 'x'));
}

TEST_CASE("rules: as often as said, and then no more; setting them begins anew") {
  Faults faults;
  const std::vector<FaultRule> rules = {{.stage = Stage::mail, .fault = by_rule(450), .times = 2}};
  REQUIRE(faults.set(rules, 0));
  CHECK(pattern(faults, 4) == "xx..");
  CHECK(faults.state().counts[0].matched == 4);
  CHECK(faults.state().counts[0].acted == 2);
  REQUIRE(faults.set(rules, 0));
  CHECK(pattern(faults, 3) == "xx.");
  faults.clear();
  CHECK(pattern(faults, 1) == ".");
  CHECK(faults.state().rules.empty());
}

TEST_CASE("rules that cannot be meant change nothing") {
  Faults faults;
  REQUIRE(faults.set({{.stage = Stage::mail, .fault = by_rule(450)}}, 7));
  const std::vector<FaultRule> wrong = {
      {.fault = by_rule(250)},
      {.fault = by_rule(600)},
      {.fault = {.code = 450, .text = "a\r\nb"}},
      {.fault = {.code = 450, .text = "\xc3\xa4"}},
      {.fault = {.code = 450, .text = std::string(401, 'a')}},
      {.fault = by_rule(450), .from = std::string(321, 'a')},
      {.fault = by_rule(450), .to = std::string(321, 'a')},
      {.stage = Stage::mail, .fault = by_rule(450), .to = "*"},
      {.stage = Stage::auth, .fault = by_rule(450), .from = "*"},
      {.stage = Stage::connect, .fault = by_rule(450), .to = "*"},
      {.fault = by_rule(450), .chance = -0.1},
      {.fault = by_rule(450), .chance = 1.1},
      {.fault = by_rule(450), .chance = std::numeric_limits<double>::quiet_NaN()},
  };
  for (const auto& rule : wrong) {
    const auto set = faults.set({{.fault = by_rule(450)}, rule}, 1);
    REQUIRE_FALSE(set);
    CAPTURE(set.error().text);
    CHECK(set.error().kind == mox::ErrorKind::invalid);
    CHECK(set.error().text.starts_with("rule 2: "));
  }
  CHECK_FALSE(faults.set(std::vector<FaultRule>(Faults::max_rules + 1, wrong.front()), 1));
  CHECK(faults.state().seed == 7);
  CHECK(pattern(faults, 1) == "x");
}
