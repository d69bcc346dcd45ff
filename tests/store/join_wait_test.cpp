#include "store/join_wait.h"
#include "support/catch.h"

using mox::store::JoinWait;
using std::chrono::microseconds;

namespace {

constexpr JoinWait::Time group_time = microseconds(1000);

// Groups of 4 that take 1 ms, where `joined` more come during each wait.
void run(JoinWait& wait, std::size_t groups, std::size_t joined) {
  for (std::size_t i = 0; i < groups; ++i) {
    const auto waited = wait.next(group_time);
    const auto more = waited.count() > 0 ? joined : 0;
    wait.note(4 + more, more, waited, group_time);
  }
}

} // namespace

TEST_CASE("join wait: kept while others come") {
  JoinWait wait;
  CHECK(wait.next(group_time) == JoinWait::max_wait);
  run(wait, 1000, 2); // 8 a millisecond, twice what a group does
  CHECK(wait.next(group_time) == JoinWait::max_wait);
}

TEST_CASE("join wait: given up when nobody comes, and tried again now and then") {
  JoinWait wait;
  run(wait, JoinWait::groups_tried, 0);
  CHECK(wait.next(group_time).count() == 0);
  run(wait, JoinWait::groups_between - 1, 0);
  CHECK(wait.next(group_time).count() == 0);
  run(wait, 1, 0);
  CHECK(wait.next(group_time) == JoinWait::max_wait);

  SECTION("still nobody") {
    run(wait, JoinWait::groups_tried, 0);
    CHECK(wait.next(group_time).count() == 0);
  }
  SECTION("others this time") {
    run(wait, JoinWait::groups_tried, 3);
    CHECK(wait.next(group_time) == JoinWait::max_wait);
  }
}

TEST_CASE("join wait: those who come must be worth the time") {
  JoinWait wait;
  // One in 250 us is as many as a group does without the wait.
  run(wait, JoinWait::groups_tried, 1);
  CHECK(wait.next(group_time).count() == 0);
}

TEST_CASE("join wait: never longer than half of a group") {
  const JoinWait wait;
  CHECK(wait.next(microseconds(60)) == microseconds(30));
  CHECK(wait.next(microseconds(500)) == JoinWait::max_wait);
  CHECK(wait.next(JoinWait::Time(0)) == JoinWait::Time(0));
}
