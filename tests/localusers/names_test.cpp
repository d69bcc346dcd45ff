// Names of users by their numbers: asked seldom, and never where a session would wait.
#include "localusers/names.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

#include <atomic>
#include <thread>

using namespace mox;
using localusers::Names;

namespace {

struct World {
  World()
      : names(clock, [this](uid_t uid) -> std::optional<std::string> {
          ++asked;
          asked_on = std::this_thread::get_id();
          if (uid == 1000) return "bob";
          return std::nullopt;
        }) {}

  std::string find(uid_t uid) { return loop.run(names.find(uid, pool)); }

  test::FakeClock clock;
  test::Loop loop;
  async::Pool pool{1};
  std::atomic<int> asked = 0;
  std::thread::id asked_on;
  Names names;
};

} // namespace

TEST_CASE("a name is remembered for a minute") {
  World world;
  CHECK(world.find(1000) == "bob");
  CHECK(world.find(1000) == "bob");
  CHECK(world.asked == 1);
  CHECK(world.asked_on != std::this_thread::get_id());
  world.clock.advance(std::chrono::seconds(61));
  CHECK(world.find(1000) == "bob");
  CHECK(world.asked == 2);
}

TEST_CASE("a number without a name is its own name") {
  World world;
  CHECK(world.find(100001) == "100001");
  CHECK(world.find(100001) == "100001");
  CHECK(world.asked == 1);
}

TEST_CASE("a range of numbers does not fill the memory") {
  World world;
  world.find(1000);
  for (uid_t uid = 2000; uid < 3000; ++uid) world.find(uid);
  CHECK(world.asked == 1001);
  // What was remembered first has been forgotten.
  world.find(1000);
  CHECK(world.asked == 1002);
  world.find(2999);
  CHECK(world.asked == 1002);
}

TEST_CASE("the system's own names") {
  CHECK(localusers::system_name(0) == "root");
  CHECK(localusers::system_name(4'000'000'000) == std::nullopt);
}
