// Conversations on their threads: counted until they are gone, woken, cut.
#include "lifecycle/sessions.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/sockets.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

using namespace mox;
using lifecycle::Open;
using lifecycle::Sessions;

namespace {

constexpr std::chrono::seconds long_enough{30};

// What happened on the threads, for the test to wait for.
class Events {
public:
  void add(std::string event) {
    const std::scoped_lock lock(mutex_);
    all_.push_back(std::move(event));
    changed_.notify_all();
  }

  // So many, sorted; fewer when no more came for long.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, long_enough, [&] { return all_.size() >= count; });
    auto sorted = all_;
    std::ranges::sort(sorted);
    return sorted;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> all_;
};

async::Task<> until_woken(Open& open, Events& events) {
  events.add("begins " + std::to_string(open.cid) + " on " + std::to_string(open.thread));
  const bool woken = co_await open.wake.wait(test::soon());
  events.add(woken ? "woken" : "waited too long");
}

// Deaf to everything but the end of its connection.
async::Task<> until_cut(Open& open, Events& events) {
  events.add("begins");
  for (;;) {
    const auto bytes = co_await open.connection.read_some(100, test::soon());
    if (!bytes) co_return;
  }
}

async::Task<> with_a_bug(Open& open) {
  const bool woken = co_await open.wake.wait(test::soon());
  throw std::runtime_error(woken ? "a bug" : "waited too long");
}

class World {
public:
  World()
      : threads(2, [this](std::exception_ptr left) { report("thread", left); }),
        sessions(threads, clock, [this](std::exception_ptr left) { report("session", left); }) {
    faulty.serve = [](Open& open) { return with_a_bug(open); };
    threads.start();
  }

  ~World() {
    peers.clear();
    sessions.close_all();
    sessions.wait_until_none(long_enough);
    threads.stop();
  }

  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void begin(Sessions::Service& with) {
    auto [peer, socket] = test::descriptor_pair();
    peers.push_back(std::move(peer));
    sessions.start({std::move(socket), {}, {}}, with);
  }

  // Whether the server has closed the connection, waiting for it.
  bool ended(std::size_t peer) const {
    char byte = 0;
    return ::read(peers[peer].get(), &byte, 1) == 0;
  }

  test::FakeClock clock{1'000};
  Events events;
  Sessions::Service service;
  Sessions::Service faulty;
  std::vector<net::Descriptor> peers;
  async::IoThreads threads;
  Sessions sessions;

private:
  void report(const char* whose, const std::exception_ptr& exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      events.add(std::string(whose) + ": " + error.what());
    }
  }
};

} // namespace

TEST_CASE("sessions: they are spread over the threads, numbered from the clock, and counted") {
  World world;
  world.service.serve = [&](Open& open) { return until_woken(open, world.events); };
  for (int i = 0; i < 4; ++i) world.begin(world.service);
  const auto begun = world.events.wait_for(4);
  REQUIRE(begun.size() == 4);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(begun[i].starts_with("begins " + std::to_string(1'000'000 + i)));
  CHECK(std::ranges::count_if(begun, [](const auto& text) { return text.ends_with(" on 0"); }) ==
        2);
  CHECK(world.service.open == 4);
  CHECK_FALSE(world.sessions.wait_until_none(std::chrono::milliseconds(1)));
  world.sessions.wake_all();
  CHECK(world.sessions.wait_until_none(long_enough));
  CHECK(world.service.open == 0);
  for (std::size_t i = 0; i < 4; ++i) CHECK(world.ended(i));
  CHECK(world.events.wait_for(8)[7] == "woken");
}

TEST_CASE("sessions: one that has hardly come is woken too") {
  World world;
  world.service.serve = [&](Open& open) { return until_woken(open, world.events); };
  for (int i = 0; i < 50; ++i) {
    world.begin(world.service);
    world.sessions.wake_all();
    REQUIRE(world.sessions.wait_until_none(long_enough));
  }
  CHECK(std::ranges::count(world.events.wait_for(100), "woken") == 50);
}

TEST_CASE("sessions: what does not listen is cut") {
  World world;
  world.service.serve = [&](Open& open) { return until_cut(open, world.events); };
  for (int i = 0; i < 3; ++i) world.begin(world.service);
  CHECK(world.events.wait_for(3).size() == 3);
  world.sessions.wake_all();
  CHECK_FALSE(world.sessions.wait_until_none(std::chrono::milliseconds(20)));
  world.sessions.close_all();
  CHECK(world.sessions.wait_until_none(long_enough));
  for (std::size_t i = 0; i < 3; ++i) CHECK(world.ended(i));
}

TEST_CASE("sessions: an exception ends its session alone, and is told") {
  World world;
  world.service.serve = [&](Open& open) { return until_cut(open, world.events); };
  world.begin(world.faulty);
  world.begin(world.service);
  world.sessions.wake_all();
  CHECK(world.events.wait_for(2) == std::vector<std::string>{"begins", "session: a bug"});
  CHECK(world.ended(0));
  CHECK(world.service.open == 1);
  world.sessions.close_all();
  CHECK(world.sessions.wait_until_none(long_enough));
  CHECK(world.faulty.open == 0);
}

TEST_CASE("sessions: a socket that cannot be served is not waited for") {
  World world;
  world.service.serve = [&](Open& open) { return until_woken(open, world.events); };
  world.sessions.start(net::Socket{}, world.service);
  const auto told = world.events.wait_for(1);
  REQUIRE(told.size() == 1);
  CHECK(told[0].starts_with("thread: "));
  CHECK(world.sessions.wait_until_none(long_enough));
  CHECK(world.service.open == 0);
  // The threads go on.
  world.begin(world.service);
  CHECK(world.events.wait_for(2).size() == 2);
  world.sessions.wake_all();
  CHECK(world.sessions.wait_until_none(long_enough));
}
