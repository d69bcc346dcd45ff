// Time of day and steady time, of the system and of tests.
#include "clock/clock.h"
#include "support/catch.h"
#include "support/fake_clock.h"

using namespace mox;
using namespace std::chrono_literals;

TEST_CASE("seconds of the epoch are rounded down, before it too") {
  struct Row {
    std::chrono::nanoseconds since;
    std::int64_t want;
  };

  for (const auto& row :
       {Row{0ns, 0}, Row{1ns, 0}, Row{999'999'999ns, 0}, Row{1s, 1}, Row{-1ns, -1}, Row{-1s, -1},
        Row{-1s - 1ns, -2}, Row{1767225600s, 1767225600}}) {
    CAPTURE(row.since.count());
    CHECK(unix_seconds(WallTime(row.since)) == row.want);
  }
}

TEST_CASE("the system's clock is the system's") {
  const SystemClock clock;
  const WallTime before = std::chrono::system_clock::now();
  const auto wall = clock.wall();
  const WallTime after = std::chrono::system_clock::now();
  CHECK(before <= wall);
  CHECK(wall <= after);
  auto last = clock.steady();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.steady();
    REQUIRE(last <= now);
    last = now;
  }
}

TEST_CASE("the fake stands still until it is moved") {
  test::FakeClock clock(1000);
  const auto wall = clock.wall();
  const auto steady = clock.steady();
  CHECK(unix_seconds(wall) == 1000);
  CHECK(clock.wall() == wall);
  clock.advance(90s + 1ns);
  CHECK(clock.wall() - wall == 90s + 1ns);
  CHECK(clock.steady() - steady == 90s + 1ns);
}
