#include "cli/command.h"
#include "sample.h"
#include "support/catch.h"

namespace mox::cli {
namespace {

TEST_CASE("the sample is sound") {
  CHECK(faults(sample()).empty());
}

TEST_CASE("members are one word longer than their group") {
  const auto program = sample();
  const auto top = members(program, "");
  REQUIRE(top.size() == 5);
  CHECK(top[0]->words == "queue");
  const auto queue = members(program, "queue");
  REQUIRE(queue.size() == 2);
  CHECK(queue[1]->words == "queue dump");
  CHECK(members(program, "sort").empty());
  CHECK(find_command(program, "queue dump") == queue[1]);
  CHECK(find_command(program, "queue du") == nullptr);
}

TEST_CASE("faults of a list are named") {
  struct Row {
    const char* name;
    Command command;
    const char* want;
  };

  const auto row = GENERATE(values<Row>({
      {"twice", {"sort", "s", "t", {}, {}, fail}, "sort: stands twice in the list"},
      {"group missing",
       {"a b", "s", "t", {}, {}, fail},
       "a b: its group a does not stand before it"},
      {"summary missing", {"a", "", "t", {}, {}, fail}, "a: needs a summary without a full stop"},
      {"summary with a full stop",
       {"a", "S.", "t", {}, {}, fail},
       "a: needs a summary without a full stop"},
      {"does nothing", {"a", "s", "t"}, "a: does nothing and has no members"},
      {"short option",
       {"a", "s", "t", {}, {{"-x", "", "h"}}, fail},
       "a: option -x is not spelt --long"},
      {"global option again",
       {"a", "s", "t", {}, {{"--loglevel", "", "h"}}, fail},
       "a: option --loglevel stands twice"},
      {"value of a flag",
       {"a", "s", "t", {}, {{"--xy", "N", "h"}}, fail},
       "a: option --xy must have a value's name exactly when it is not a flag"},
      {"no help", {"a", "s", "t", {}, {{"--xy", "", ""}}, fail}, "a: option --xy has no help"},
      {"repeated but not last",
       {"a", "s", "t", {{"X", "h", Kind::text, true, true}, {"Y", "h"}}, {}, fail},
       "a: argument X is repeated but not the last"},
      {"required after optional",
       {"a", "s", "t", {{"X", "h", Kind::text, false}, {"Y", "h"}}, {}, fail},
       "a: argument Y is required but follows an optional one"},
      {"flag as argument",
       {"a", "s", "t", {{"X", "h", Kind::flag}}, {}, fail},
       "a: argument X cannot be a flag"},
  }));
  CAPTURE(row.name);
  auto program = sample();
  program.commands.push_back(row.command);
  CHECK(faults(program) == std::vector<std::string>{row.want});
}

} // namespace
} // namespace mox::cli
