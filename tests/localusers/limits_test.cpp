#include "localusers/limits.h"
#include "support/catch.h"
#include "support/fake_clock.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

using namespace mox;
using localusers::Limits;
using localusers::Refusal;

namespace {

constexpr uid_t bob = 1000;
constexpr uid_t ann = 1001;
constexpr uid_t root = 0;

Limits small(const Clock& clock) {
  return Limits(clock, {.per_minute = 5, .open = 2, .open_of_all = 3});
}

std::optional<Refusal> refusal(Limits& limits, uid_t uid) {
  const auto slot = limits.enter(uid);
  return slot ? std::nullopt : std::optional(slot.error());
}

} // namespace

TEST_CASE("a user has so many connections at once, and others have theirs") {
  test::FakeClock clock;
  Limits limits(clock, {.per_minute = 100, .open = 2, .open_of_all = 100});
  auto first = limits.enter(bob);
  auto second = limits.enter(bob);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(refusal(limits, bob) == Refusal::too_many);
  CHECK(refusal(limits, ann) == std::nullopt);
  SECTION("one that ends makes room") {
    const auto moved = *std::move(first);
    CHECK(refusal(limits, bob) == Refusal::too_many);
    {
      const auto ended = *std::move(second);
    }
    CHECK(refusal(limits, bob) == std::nullopt);
  }
}

TEST_CASE("all users together have so many, and root gets in still") {
  test::FakeClock clock;
  auto limits = small(clock);
  std::vector<Limits::Slot> open;
  for (const auto uid : {bob, bob, ann}) {
    auto slot = limits.enter(uid);
    REQUIRE(slot);
    open.push_back(*std::move(slot));
  }
  CHECK(refusal(limits, ann) == Refusal::too_many_of_all);
  CHECK(refusal(limits, 4711) == Refusal::too_many_of_all);
  {
    const auto of_root = limits.enter(root);
    CHECK(of_root.has_value());
    CHECK(refusal(limits, 4711) == Refusal::too_many_of_all);
  }
  open.clear();
  CHECK(refusal(limits, 4711) == std::nullopt);
}

TEST_CASE("a user may connect so often a minute; what was refused does not count") {
  test::FakeClock clock;
  auto limits = small(clock);
  for (int i = 0; i < 5; ++i) CHECK(refusal(limits, bob) == std::nullopt);
  CHECK(refusal(limits, bob) == Refusal::too_often);
  CHECK(refusal(limits, ann) == std::nullopt);
  clock.advance(std::chrono::minutes(1));
  CHECK(refusal(limits, bob) == std::nullopt);
}

TEST_CASE("each refusal has words of its own") {
  std::set<std::string_view> words;
  for (const auto why : {Refusal::too_often, Refusal::too_many, Refusal::too_many_of_all})
    words.insert(localusers::to_string(why));
  CHECK(words.size() == 3);
}
