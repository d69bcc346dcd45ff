#include "file/file.h"
#include "sendmail/flush.h"
#include "sendmail/spool_world.h"
#include "support/fake_clock.h"

#include <atomic>
#include <sys/stat.h>
#include <thread>

using namespace mox;
using namespace mox::sendmail;
using namespace std::chrono_literals;
using test::SpoolWorld;

namespace {

constexpr auto accepted = RecipientState::accepted;
constexpr auto refused = RecipientState::refused;
constexpr auto waiting = RecipientState::waiting;

// A spool, a clock, and a server that answers as it is told.
struct World : SpoolWorld {
  FlushResult flush(const FlushPolicy& with = {}) {
    return sendmail::flush(spool, with, clock, tasks).value();
  }

  Attempt answer;
  Result<> reporting;
  std::vector<std::string> sent;
  std::vector<std::string> reported;
  test::FakeClock clock{start};
  FlushTasks tasks{.send =
                       [this](const SpoolClaim& claim) {
                         sent.push_back(test::message_of(claim));
                         return answer;
                       },
                   .report = [this](const SpoolClaim& claim) -> Result<> {
                     MOX_TRY(reporting);
                     reported.push_back(test::message_of(claim) + ": " +
                                        claim.entry().status.reason);
                     return ok();
                   }};
};

std::vector<std::string> problems_of(const FlushResult& result) {
  std::vector<std::string> texts;
  for (const auto& problem : result.problems) texts.push_back(problem.text);
  return texts;
}

} // namespace

TEST_CASE("what is accepted is removed") {
  World world;
  world.put("1");
  world.put("2", {"b@x.example"}, World::start + 1);
  world.answer = {.states = {accepted}};
  const auto result = world.flush();
  CHECK(result.sent == 2);
  CHECK(result.waiting == 0);
  CHECK(world.sent == std::vector<std::string>{"1", "2"});
  CHECK(world.names().empty());
}

TEST_CASE("what must wait stays, with its reason") {
  World world;
  const auto id = world.put("1");
  world.answer = {.states = {waiting}, .reason = "451 later"};
  CHECK(world.flush().waiting == 1);
  world.clock.advance(60s);
  CHECK(world.flush().waiting == 1);
  const auto status = world.spool.read(id).value().status;
  CHECK(status.tries == 2);
  CHECK(status.last_try == World::start + 60);
  CHECK(status.reason == "451 later");
  CHECK(status.state == SpoolState::waiting);
  world.answer = {.states = {accepted}};
  CHECK(world.flush().sent == 1);
}

TEST_CASE("a try that is not due is not made") {
  World world;
  world.put("1");
  const FlushPolicy policy{.interval = 300s};
  world.answer = {.states = {waiting}};
  world.flush(policy);
  CHECK(world.sent.size() == 1);
  world.clock.advance(299s);
  CHECK(world.flush(policy).waiting == 1);
  CHECK(world.sent.size() == 1);
  world.clock.advance(1s);
  world.flush(policy);
  CHECK(world.sent.size() == 2);
  world.flush();
  CHECK(world.sent.size() == 3);
  world.clock.advance(-1h); // the clock was set back
  world.flush(policy);
  CHECK(world.sent.size() == 4);
}

TEST_CASE("who was accepted does not get it again") {
  World world;
  const auto id = world.put("1", {"b@x", "c@x", "d@x"});
  std::vector<RecipientState> seen;
  world.tasks.send = [&](const SpoolClaim& claim) {
    seen = claim.entry().envelope.states;
    return world.answer;
  };
  world.answer = {.states = {accepted, waiting, refused}, .reason = "450 c"};
  CHECK(world.flush().waiting == 1);
  CHECK(seen == std::vector(3, waiting));
  // An answer for those who do not wait changes nothing.
  world.answer = {.states = {refused, accepted, accepted}, .reason = "550 d"};
  CHECK(world.flush().failed == 1);
  CHECK(seen == std::vector{accepted, waiting, refused});
  const auto entry = world.spool.read(id).value();
  CHECK(entry.envelope.states == std::vector{accepted, accepted, refused});
  CHECK(entry.status.state == SpoolState::failed);
  CHECK(entry.status.reason == "550 d");
}

TEST_CASE("an answer with too few or too many states is taken as far as it goes") {
  World world;
  const auto id = world.put("1", {"b@x", "c@x"});
  world.answer = {.states = {accepted}};
  CHECK(world.flush().waiting == 1);
  CHECK(world.spool.read(id).value().envelope.states == std::vector{accepted, waiting});
  world.answer = {.states = {waiting, accepted, refused}};
  CHECK(world.flush().sent == 1);
}

TEST_CASE("what failed is seen for a week, then reported, then removed") {
  World world;
  const auto id = world.put("1");
  world.answer = {.states = {refused}, .reason = "550 no such user"};
  CHECK(world.flush().failed == 1);
  world.clock.advance(std::chrono::days(7) - 1s);
  CHECK(world.flush().failed == 1);
  CHECK(world.sent.size() == 1);
  CHECK(world.reported.empty());

  world.clock.advance(1s);
  world.reporting = failure(ErrorKind::temporary, "nobody to tell");
  CHECK(problems_of(world.flush()) == std::vector<std::string>{"nobody to tell"});
  CHECK(world.names() == std::vector{id});

  world.reporting = ok();
  CHECK(world.flush().reported == 1);
  CHECK(world.reported == std::vector<std::string>{"1: 550 no such user"});
  CHECK(world.names().empty());
}

TEST_CASE("a message is given up when it is old and was tried often") {
  World world;
  const auto id = world.put("1");
  world.answer = {.states = {waiting}, .reason = "no route"};
  const FlushPolicy policy{.give_up_after = 1h, .least_tries = 3};
  world.clock.advance(24h); // as by a clock that was set right
  CHECK(world.flush(policy).waiting == 1);
  CHECK(world.flush(policy).waiting == 1);
  CHECK(world.flush(policy).failed == 1);
  const auto entry = world.spool.read(id).value();
  CHECK(entry.status.state == SpoolState::failed);
  CHECK(entry.status.reason == "no route");
  CHECK(entry.envelope.states == std::vector{waiting});

  const auto young = world.put("2", {"b@x"}, World::start + 86'400);
  for (int i = 0; i < 5; ++i) CHECK(world.flush(policy).waiting == 1);
  world.clock.advance(1h);
  CHECK(world.flush(policy).failed == 2);
  CHECK(world.spool.read(young).value().status.tries == 6);
}

TEST_CASE("times in a file may be anything") {
  World world;
  for (const std::int64_t time : {INT64_MIN, INT64_MAX, std::int64_t(-1)}) {
    const auto id = world.put("1", {"b@x"}, time);
    world.answer = {.states = {waiting}};
    {
      auto claim = world.spool.claim(id).value();
      REQUIRE(claim);
      REQUIRE(claim->record({.tries = 5, .last_try = time}, claim->entry().envelope.states));
    }
    CHECK(world.flush({.interval = 1s}).waiting == 1);
    world.answer = {.states = {accepted}};
    CHECK(world.flush().sent == 1);
  }
  CHECK(world.sent.size() == 6);
}

TEST_CASE("when the server cannot be reached the round is over") {
  World world;
  world.put("1");
  world.put("2", {"b@x"}, World::start + 1);
  world.answer = {.states = {waiting}, .reason = "connection refused", .unreachable = true};
  const auto result = world.flush();
  CHECK(result.unreachable);
  CHECK(result.waiting == 1);
  CHECK(world.sent == std::vector<std::string>{"1"});
}

TEST_CASE("a try is on disk before it begins") {
  World world;
  const auto id = world.put("1");
  world.tasks.send = [&](const SpoolClaim&) {
    const auto status = world.spool.read(id).value().status;
    CHECK(status.tries == 1);
    CHECK(status.last_try == World::start);
    CHECK_FALSE(world.spool.claim(id).value());
    return Attempt{.states = {accepted}};
  };
  CHECK(world.flush().sent == 1);
}

TEST_CASE("what was accepted before a crash is removed without a try") {
  World world;
  const auto id = world.put("1");
  {
    auto claim = world.spool.claim(id).value();
    REQUIRE(claim);
    REQUIRE(claim->record({.tries = 1}, std::vector{accepted}));
  }
  CHECK(world.flush().sent == 1);
  CHECK(world.sent.empty());
  CHECK(world.names().empty());
}

TEST_CASE("what cannot be removed is not sent again") {
  World world;
  const auto id = world.put("1");
  const auto aside = world.folder / "aside";
  world.tasks.send = [&](const SpoolClaim&) {
    std::filesystem::rename(world.spool.path() / id, aside);
    return Attempt{.states = {accepted}};
  };
  CHECK(world.flush().problems.size() == 1);
  std::filesystem::rename(aside, world.spool.path() / id);
  CHECK(world.spool.read(id).value().envelope.states == std::vector{accepted});
  CHECK(world.flush().sent == 1);
}

TEST_CASE("files that are no messages are problems, and the others are sent") {
  World world;
  const auto bad = world.put("bad");
  world.put("good", {"b@x"}, World::start + 1);
  const auto path = world.spool.path() / bad;
  REQUIRE(file::replace(path, "x"));
  world.answer = {.states = {accepted}};
  const auto result = world.flush();
  CHECK(result.sent == 1);
  CHECK(problems_of(result) ==
        std::vector<std::string>{path.native() + " ends at offset 1, 1535 bytes too early"});
  CHECK(world.names() == std::vector{bad});
}

TEST_CASE("a message that another has is passed over") {
  World world;
  const auto id = world.put("1");
  const auto claim = world.spool.claim(id).value();
  REQUIRE(claim);
  CHECK(world.flush().busy == 1);
  CHECK(world.sent.empty());
}

TEST_CASE("several rounds at a time send each message once") {
  World world;
  constexpr std::size_t messages = 40;
  for (std::size_t i = 0; i < messages; ++i) world.put(std::to_string(i));
  std::atomic<std::size_t> sent = 0;
  std::atomic<std::size_t> problems = 0;
  const FlushTasks tasks{.send =
                             [&](const SpoolClaim&) {
                               ++sent;
                               return Attempt{.states = {accepted}};
                             },
                         .report = [](const SpoolClaim&) { return ok(); }};
  const auto rounds = [&] {
    const auto result = flush(world.spool, {}, world.clock, tasks);
    problems += result ? result->problems.size() : 1;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(rounds);
  for (auto& thread : threads) thread.join();
  CHECK(sent == messages);
  CHECK(problems == 0);
  CHECK(world.names().empty());
}
