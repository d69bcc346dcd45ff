// Whoever waits for an answer, or asks later, hears at once that there will be none.
#include "async/gate.h"
#include "async/sleep.h"
#include "resolver/stoppable_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"

#include <exception>
#include <stdexcept>
#include <vector>

using namespace mox;
using resolver::Answer;
using resolver::Failure;
using resolver::Problem;

namespace {

const auto name = dns::parse_name("host.example").value();

// Answers when it is told to.
class Held final : public resolver::Resolver {
public:
  async::Task<Result<Answer, Failure>> query(dns::Name asked, dns::Type, SteadyTime) override {
    ++questions;
    if (fails) throw std::runtime_error("a bug");
    co_await answer.wait(SteadyTime::max());
    ++answers;
    co_return Answer{.name = std::move(asked)};
  }

  async::Event answer;
  bool fails = false;
  int questions = 0;
  int answers = 0;
};

struct World {
  Held held; // coroutines that go with the loop still refer to it
  mox::test::Loop loop;
  resolver::StoppableResolver stoppable{held, loop.executor()};

  auto ask() { return stoppable.query(name, dns::Type::a, SteadyTime::max()); }
};

async::Task<> stop_soon(World& world) {
  while (world.held.questions == 0) co_await async::yield();
  world.stoppable.stop();
}

} // namespace

TEST_CASE("stoppable: an answer is handed on") {
  World world;
  world.held.answer.notify();
  const auto answer = world.loop.run(world.ask());
  REQUIRE(answer);
  CHECK(answer->name == name);
}

TEST_CASE("stoppable: an exception is handed on") {
  World world;
  world.held.fails = true;
  CHECK_THROWS_AS(world.loop.run(world.ask()), std::runtime_error);
}

TEST_CASE("stoppable: who waits is told, and an answer that comes later is dropped") {
  World world;
  std::exception_ptr failed;
  async::Gate gate(world.loop.executor(), [&](const std::exception_ptr& left) { failed = left; });
  gate.spawn(stop_soon(world));
  const auto outcome = world.loop.run(world.ask());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().problem == Problem::timeout);
  CHECK(outcome.error().text == "host.example A: no answer in time (stopped)");
  world.held.answer.notify();
  const auto later = world.loop.run(world.ask());
  REQUIRE_FALSE(later);
  CHECK(later.error().problem == Problem::timeout);
  CHECK(world.held.questions == 1);
  CHECK_FALSE(failed);
}

TEST_CASE("stoppable: a question that nobody answers goes with the loop") {
  World world;
  std::exception_ptr failed;
  async::Gate gate(world.loop.executor(), [&](const std::exception_ptr& left) { failed = left; });
  gate.spawn(stop_soon(world));
  CHECK_FALSE(world.loop.run(world.ask()));
  CHECK(world.held.answers == 0);
  CHECK_FALSE(failed);
}
