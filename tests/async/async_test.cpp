#include "async/event.h"
#include "async/gate.h"
#include "async/handoff.h"
#include "async/io_threads.h"
#include "async/pool.h"
#include "async/sleep.h"
#include "support/catch.h"
#include "support/run_task.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;

namespace {

SteadyTime in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

Task<int> answer(async::Pool& pool) {
  const auto home = std::this_thread::get_id();
  auto elsewhere = std::thread::id();
  auto work = [&elsewhere] {
    elsewhere = std::this_thread::get_id();
    return std::make_unique<int>(42);
  };
  const auto value = co_await async::run_blocking(pool, std::move(work));
  CHECK(elsewhere != home);
  CHECK(std::this_thread::get_id() == home);
  co_return *value;
}

Task<> fails(async::Pool& pool) {
  auto work = [] { throw std::runtime_error("from the pool"); };
  co_await async::run_blocking(pool, work);
}

} // namespace

TEST_CASE("blocking work returns home with its value") {
  async::Pool pool(2);
  test::Loop loop;
  CHECK(loop.run(answer(pool)) == 42);
}

TEST_CASE("blocking work returns home with its exception") {
  async::Pool pool(1);
  test::Loop loop;
  CHECK_THROWS_WITH(loop.run(fails(pool)), "from the pool");
}

TEST_CASE("many loops share one pool") {
  async::Pool pool(2);
  std::atomic<int> sum = 0;
  const auto add = [](async::Pool& with, std::atomic<int>& into) -> Task<> {
    for (int i = 0; i < 300; ++i) {
      auto work = [i] { return i; };
      const int value = co_await async::run_blocking(with, work);
      into += value;
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      test::Loop loop;
      loop.run(add(pool, sum));
    });
  }
  threads.clear();
  CHECK(sum == 3 * 300 * 299 / 2);
}

TEST_CASE("a pool finishes what it was given") {
  std::atomic<int> done = 0;
  {
    async::Pool pool(1);
    for (int i = 0; i < 100; ++i) pool.post([&] { ++done; });
  }
  CHECK(done == 100);
  CHECK_THROWS_AS(async::Pool(0), std::logic_error);
}

TEST_CASE("a patient pool gives way, and nothing else does") {
  const auto nice_in = [](async::Pool& pool) {
    test::Loop loop;
    const auto ask = [](async::Pool& of) -> Task<int> {
      auto work = [] { return getpriority(PRIO_PROCESS, 0); };
      co_return co_await async::run_blocking(of, work);
    };
    return loop.run(ask(pool));
  };
  const int own = getpriority(PRIO_PROCESS, 0);
  async::Pool patient(1, async::Urgency::patient);
  async::Pool equal(1);
  CHECK(nice_in(patient) == std::min(own + 10, 19));
  CHECK(nice_in(equal) == own);
  CHECK(getpriority(PRIO_PROCESS, 0) == own);
}

TEST_CASE("a gate waits for its tasks and takes no new ones") {
  const auto nap = [](int& ended) -> Task<> {
    co_await async::sleep_until(in(10ms));
    ++ended;
  };
  const auto close = [](async::Gate& gate, int& ended) -> Task<> {
    co_await gate.close();
    CHECK(ended == 3);
  };
  test::Loop loop;
  int ended = 0;
  async::Gate gate(loop.executor(), nullptr);
  for (int i = 0; i < 3; ++i) CHECK(gate.spawn(nap(ended)));
  CHECK(gate.running() == 3);
  test::run_both(loop, close(gate, ended), close(gate, ended));
  CHECK(gate.running() == 0);
  CHECK(!gate.spawn(nap(ended)));
  loop.run(gate.close());
  CHECK(ended == 3);
}

TEST_CASE("a gate hears of exceptions") {
  const auto fail = []() -> Task<> {
    co_await async::yield();
    throw std::runtime_error("a bug");
  };
  test::Loop loop;
  std::string heard;
  async::Gate gate(loop.executor(), [&](const std::exception_ptr& exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      heard = error.what();
    }
  });
  gate.spawn(fail());
  loop.run(gate.close());
  CHECK(heard == "a bug");
}

TEST_CASE("an event wakes, stays, and times out") {
  const auto waits = [](async::Event& event) -> Task<> {
    auto notified = co_await event.wait(in(5ms));
    CHECK(!notified);
    notified = co_await event.wait(in(30s));
    CHECK(notified);
    CHECK(!event.notified());
    event.notify();
    event.notify();
    notified = co_await event.wait(in(-1s));
    CHECK(notified);
    notified = co_await event.wait(in(-1s));
    CHECK(!notified);
  };
  const auto notifies = [](async::Event& event) -> Task<> {
    co_await async::sleep_until(in(20ms));
    event.notify();
  };
  test::Loop loop;
  async::Event event;
  test::run_both(loop, waits(event), notifies(event));
}

TEST_CASE("I/O threads run what is posted, share the load and stop") {
  async::IoThreads threads(2, nullptr);
  threads.start();
  std::atomic<int> seen = 0;
  std::atomic<std::thread::id> ids[2];
  for (std::size_t i = 0; i < 2; ++i) {
    async::post(threads.executor(i), [&, i] {
      ids[i] = std::this_thread::get_id();
      ++seen;
    });
  }
  while (seen < 2) std::this_thread::yield();
  CHECK(ids[0].load() != ids[1].load());

  auto a = threads.least_loaded();
  auto b = threads.least_loaded();
  CHECK(a.thread() != b.thread());
  const auto free = a.thread();
  a = {};
  {
    const auto gone = std::move(a);
  }
  CHECK(threads.least_loaded().thread() == free);
  threads.stop();
  threads.stop();
}

TEST_CASE("an exception in a handler does not end an I/O thread") {
  std::atomic<int> exceptions = 0;
  std::atomic<bool> after = false;
  async::IoThreads threads(1, [&](const std::exception_ptr&) { ++exceptions; });
  threads.start();
  async::post(threads.executor(0), [] { throw std::runtime_error("a bug"); });
  async::post(threads.executor(0), [&] { after = true; });
  while (!after) std::this_thread::yield();
  CHECK(exceptions == 1);
}

TEST_CASE("coroutines of different threads wake each other through posts") {
  async::IoThreads threads(2, nullptr);
  std::atomic<int> rounds = 0;

  struct Side {
    async::Event event;
    std::unique_ptr<async::Gate> gate;
  };

  Side sides[2];
  const auto play = [](Side& mine, Side& theirs, async::Executor there,
                       std::atomic<int>& count) -> Task<> {
    for (int i = 0; i < 500; ++i) {
      const bool woken = co_await mine.event.wait(in(30s));
      if (!woken) co_return;
      ++count;
      async::post(there, [&theirs] { theirs.event.notify(); });
    }
  };
  for (std::size_t i = 0; i < 2; ++i)
    sides[i].gate = std::make_unique<async::Gate>(threads.executor(i), nullptr);
  for (std::size_t i = 0; i < 2; ++i)
    sides[i].gate->spawn(play(sides[i], sides[1 - i], threads.executor(1 - i), rounds));
  threads.start();
  async::post(threads.executor(0), [&] { sides[0].event.notify(); });
  while (rounds < 1000) std::this_thread::sleep_for(1ms);
  threads.stop();
  CHECK(rounds == 1000);
}

namespace {

// Coroutines of two threads that wait to be resumed together.
struct Waiters {
  static constexpr int count = 30;
  std::atomic<int> exceptions = 0;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  std::mutex mutex;
  std::vector<async::Resume> all;
  std::vector<int> first[2];
  std::vector<int> order[2];

  Task<> wait(int number, std::size_t home, std::thread::id there) {
    auto start = [&](async::Resume resume) {
      const std::scoped_lock lock(mutex);
      all.push_back(std::move(resume));
      first[home].push_back(number);
      ++begun;
    };
    co_await async::hand_off(start);
    CHECK(std::this_thread::get_id() == there);
    order[home].push_back(number);
    ++ended;
    if (number == 7) throw std::runtime_error("a bug");
  }

  std::vector<async::Resume> take() {
    const std::scoped_lock lock(mutex);
    return std::exchange(all, {});
  }
};

} // namespace

TEST_CASE("many that wait for the same go home together, in their order") {
  Waiters waiters;
  async::IoThreads threads(2, nullptr);
  std::unique_ptr<async::Gate> gates[2];
  for (std::size_t i = 0; i < 2; ++i)
    gates[i] = std::make_unique<async::Gate>(
        threads.executor(i), [&](const std::exception_ptr&) { ++waiters.exceptions; });
  for (int number = 0; number < Waiters::count; ++number) {
    const auto home = static_cast<std::size_t>(number) % 2;
    async::post(threads.executor(home), [&, number, home] {
      gates[home]->spawn(waiters.wait(number, home, std::this_thread::get_id()));
    });
  }
  threads.start();
  while (waiters.begun < Waiters::count) std::this_thread::yield();
  async::resume_all(waiters.take());
  while (waiters.ended < Waiters::count) std::this_thread::yield();
  threads.stop();
  for (const std::size_t home : {0U, 1U}) {
    CHECK(waiters.order[home].size() == Waiters::count / 2);
    CHECK(waiters.order[home] == waiters.first[home]);
  }
  CHECK(waiters.exceptions == 1);
}

TEST_CASE("a loop may go as soon as what was posted to it has run") {
  const auto wait = [](async::Event& event) -> Task<> {
    const bool woken = co_await event.wait(in(30s));
    CHECK(woken);
  };
  for (int i = 0; i < 100; ++i) {
    async::Event event;
    std::jthread poster;
    test::Loop loop;
    poster = std::jthread(
        [&event, to = loop.executor()] { async::post(to, [&event] { event.notify(); }); });
    loop.run(wait(event));
  }
}

TEST_CASE("a loop may go as soon as who was resumed has ended") {
  const auto wait = [](std::jthread& resumer, bool alone) -> Task<> {
    co_await async::hand_off([&](async::Resume resume) {
      resumer = std::jthread([resume = std::move(resume), alone]() mutable {
        if (alone) {
          resume();
          return;
        }
        std::vector<async::Resume> all;
        all.push_back(std::move(resume));
        async::resume_all(std::move(all));
      });
    });
  };
  for (int i = 0; i < 200; ++i) {
    std::jthread resumer;
    test::Loop loop;
    loop.run(wait(resumer, i % 2 == 0));
  }
}
