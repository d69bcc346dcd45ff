// What the asking side makes of what a daemon says, or does not say.
#include "async/sleep.h"
#include "control/client_session.h"
#include "control/commands.h"
#include "control/frames.h"
#include "control/server.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using control::Request;
using test::frame;
using test::head;

namespace {

const std::string hello = "mox-control 1\n";
const std::string done = frame('K');

// Says hello, and what it is told to once it has heard so much, and goes away or not.
struct Script {
  std::string greets = hello;
  std::string says{};
  std::size_t after = 0; // bytes heard
  bool goes = true;
};

Task<> play_daemon(net::Connection& connection, Script script, std::string& heard) {
  const auto greeted = co_await connection.write(script.greets, test::soon());
  static_cast<void>(greeted);
  while (heard.size() < script.after) {
    const auto bytes = co_await connection.read_some(100'000, test::soon());
    if (!bytes) break;
    heard += *bytes;
  }
  const auto said = co_await connection.write(script.says, test::soon());
  static_cast<void>(said);
  if (script.goes) connection.close();
  while (!script.goes) {
    const auto bytes = co_await connection.read_some(100'000, test::soon());
    if (!bytes) break;
    heard += *bytes;
  }
}

struct Outcome {
  Result<> greeted;
  Result<> result;
  std::string output;
  std::string heard; // by the daemon
  std::string exception;
};

class World {
public:
  explicit World(net::MemoryOptions client_end = {}, control::ClientOptions with = {},
                 const Clock& time = steady())
      : clock(time), ends(net::memory_pair(loop.executor(), {}, client_end)),
        session(std::in_place, std::move(ends.second), with, pool, clock) {}

  static const Clock& steady() {
    static const SystemClock clock;
    return clock;
  }

  Task<> ask(Request request, control::Reader* reader, control::Writer writer) {
    outcome.greeted = co_await session->greet();
    if (outcome.greeted) {
      try {
        outcome.result = co_await session->run(request, reader, writer);
      } catch (const std::exception& error) {
        outcome.exception = error.what();
      }
    }
    session.reset();
  }

  Task<> serve() {
    const control::Handler handler = test::obey;
    const auto ended = co_await control::serve(ends.first, handler, {}, clock, stop);
    static_cast<void>(ended);
  }

  control::Writer collect() {
    return [this](std::string_view bytes) {
      outcome.output += bytes;
      return Result<>();
    };
  }

  Outcome play(const Script& script, const Request& request = {"ok", {}},
               control::Reader* reader = nullptr, control::Writer writer = {}) {
    if (!writer) writer = collect();
    test::run_both(loop, play_daemon(ends.first, script, outcome.heard),
                   ask(request, reader, std::move(writer)));
    return outcome;
  }

  test::Loop loop;
  async::Pool pool{1};
  const Clock& clock;
  async::Event stop;
  std::pair<net::Connection, net::Connection> ends;
  std::optional<control::ClientSession> session;
  Outcome outcome;
};

// Fails, or throws, at the second read.
class BadReader final : public control::Reader {
public:
  explicit BadReader(bool throws) : throws_(throws) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (reads_++ == 0) return std::string_view("half").copy(into.data(), into.size());
    if (throws_) throw std::runtime_error("a bug in the reader");
    return failure(ErrorKind::io, "read the tape: it is torn");
  }

private:
  bool throws_;
  int reads_ = 0;
};

const std::string unknown = ": whether it was done is not known, so look before you try again";

} // namespace

TEST_CASE("the daemon's answers become output and a result") {
  struct Row {
    const char* name;
    std::string says; // behind the hello
    std::string output;
    Result<> result;
  };

  const std::string large(65'536, 'x');
  const Row rows[] = {
      {"done", done, "", ok()},
      {"output", frame('O', "a\n") + frame('O', "b\n") + done, "a\nb\n", ok()},
      {"large output", frame('O', large) + frame('O', large) + done, large + large, ok()},
      {"failed", frame('F', "not-found no such account"), "",
       failure(ErrorKind::not_found, "no such account")},
      {"failed behind output", frame('O', "a") + frame('F', "full no room"), "a",
       failure(ErrorKind::full, "no room")},
      {"its words are cleaned", frame('F', "io \x1b[31mred"), "",
       failure(ErrorKind::io, " [31mred")},
  };
  for (const auto& row : rows) {
    for (const bool trickle : {false, true}) {
      CAPTURE(row.name, trickle);
      World world({.trickle = trickle});
      const auto outcome = world.play({.says = row.says, .goes = false});
      CHECK(outcome.greeted);
      CHECK(outcome.output == row.output);
      CHECK(outcome.result == row.result);
    }
  }
}

TEST_CASE("a request is sent with all that belongs to it") {
  const std::string whole = hello + frame('C', "echo") + frame('P', "a") + frame('P') + frame('G');
  World none;
  CHECK(none.play({.says = done, .after = whole.size() + 5}, {"echo", {"a", ""}}).heard ==
        whole + frame('E'));
  World some;
  control::TextReader text("secret\n");
  const auto input = frame('I', "secret\n") + frame('E');
  CHECK(some.play({.says = done, .after = whole.size() + input.size()}, {"echo", {"a", ""}}, &text)
            .heard == whole + input);
}

TEST_CASE("a request that is none is not sent") {
  World world;
  const auto outcome = world.play({.goes = false}, {"No Such", {}});
  REQUIRE(!outcome.result);
  CHECK(outcome.result.error().text == "a command must be words of a-z, 0-9 and -");
  CHECK(outcome.heard == hello);
}

TEST_CASE("a daemon that is not ours is told from one of another version") {
  struct Row {
    const char* name;
    std::string says;
    Error error;
  };

  const Row rows[] = {
      {"gone", "", {ErrorKind::temporary, "the daemon went away before it said hello"}},
      {"gone within the hello",
       "mox-con",
       {ErrorKind::temporary, "the daemon went away before it said hello"}},
      {"another",
       "* OK IMAP4rev1\r\n",
       {ErrorKind::invalid, "this is not the control protocol of mox"}},
      {"without an end",
       std::string(100, 'x'),
       {ErrorKind::invalid, "this is not the control protocol of mox"}},
      {"newer",
       "mox-control 2\n",
       {ErrorKind::unsupported,
        "the daemon speaks version 2 of the control protocol, this command version 1: use the mox "
        "that the daemon was started from, or restart the daemon"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto outcome = World().play({.greets = row.says});
    REQUIRE(!outcome.greeted);
    CHECK(outcome.greeted.error() == row.error);
  }
}

TEST_CASE("a daemon that breaks off leaves the outcome unknown, and the client says so") {
  struct Row {
    const char* name;
    std::string says;
    Error error;
  };

  const auto broke_off = [](const std::string& why) {
    return Error{ErrorKind::closed,
                 "the daemon broke off in the middle of \"ok\" (" + why + ")" + unknown};
  };
  const Error gone{ErrorKind::closed, "the daemon went away in the middle of \"ok\"" + unknown};
  const auto request = hello + frame('C', "ok") + frame('G') + frame('E');
  const Row rows[] = {
      {"at once", "", gone},
      {"within a head", "K", gone},
      {"within output", head('O', 9) + "abc", gone},
      {"behind output", frame('O', "abc"), gone},
      {"within a failure", frame('F', "io it broke").substr(0, 9), gone},
      {"a strange frame", head('?', 0), broke_off("a frame of type '?', which does not exist")},
      {"a client's frame", frame('G'), broke_off("it sent a frame of type 'G' as an answer")},
      {"a huge frame", head('O', 65'537),
       broke_off("a frame of type 'O' with 65537 bytes, where 1 to 65536 can be")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    const auto outcome = world.play({.says = row.says, .after = request.size()});
    REQUIRE(!outcome.result);
    CHECK(outcome.result.error() == row.error);
  }
}

TEST_CASE("a daemon that goes before it has the whole request has done nothing") {
  World world;
  // More than what waits for the reader, who reads none of it.
  const Request large{"echo", {std::string(500'000, 'x')}};
  const auto outcome = world.play({.after = hello.size()}, large);
  REQUIRE(!outcome.result);
  CHECK(outcome.result.error() ==
        Error{ErrorKind::temporary, "the daemon did not begin with \"echo\": nothing was done"});
}

TEST_CASE("a refusal is heard although the daemon did not take the whole request") {
  World world;
  const Request large{"echo", {std::string(500'000, 'x')}};
  const auto outcome = world.play({.says = frame('F', "invalid too much"), .after = 1000}, large);
  REQUIRE(!outcome.result);
  CHECK(outcome.result.error() == Error{ErrorKind::invalid, "too much"});
}

TEST_CASE("no request follows a broken connection, but one follows a failure") {
  const auto twice = [](World& world, Result<>& first, Result<>& second) -> Task<> {
    const auto greeted = co_await world.session->greet();
    REQUIRE(greeted);
    const Request request{"ok", {}};
    const auto writer = world.collect();
    first = co_await world.session->run(request, nullptr, writer);
    second = co_await world.session->run(request, nullptr, writer);
    world.session.reset();
  };
  Result<> first;
  Result<> second;
  std::string heard;
  World broken;
  test::run_both(broken.loop, play_daemon(broken.ends.first, {.says = "?"}, heard),
                 twice(broken, first, second));
  REQUIRE(!first);
  REQUIRE(!second);
  CHECK(second.error() ==
        Error{ErrorKind::temporary, "the connection to the daemon has ended before"});
  World failed;
  test::run_both(failed.loop,
                 play_daemon(failed.ends.first,
                             {.says = frame('F', "full no room") + done, .goes = false}, heard),
                 twice(failed, first, second));
  REQUIRE(!first);
  CHECK(first.error() == Error{ErrorKind::full, "no room"});
  CHECK(second);
}

TEST_CASE("a silent daemon is given up, in the hello and in a request") {
  World mute({}, {.hello = 0s});
  const auto greeted = mute.play({.greets = "", .goes = false}).greeted;
  REQUIRE(!greeted);
  CHECK(greeted.error() == Error{ErrorKind::temporary, "the daemon does not answer"});

  struct Row {
    const char* name;
    std::string says;
  };

  for (const auto& row : {Row{"nothing", ""}, Row{"half a head", "O"},
                          Row{"half of the output", head('O', 9) + "abc"}}) {
    CAPTURE(row.name);
    World silent({}, {.silence = 0s});
    const auto result = silent.play({.says = row.says, .goes = false}).result;
    REQUIRE(!result);
    CHECK(result.error() ==
          Error{ErrorKind::timeout,
                "the daemon was silent for 0 s in the middle of \"ok\"" + unknown});
  }
}

TEST_CASE("while the reader is at work, the daemon may be silent") {
  // By the time it says something a daemon that owes an answer would have been given up.
  class Slow final : public control::Reader {
  public:
    Result<std::size_t> read(std::span<char> into) override {
      std::this_thread::sleep_for(20ms);
      return said_++ == 0 ? std::string_view("late").copy(into.data(), into.size()) : 0;
    }

  private:
    int said_ = 0;
  };

  Slow reader;
  World world({}, {.silence = 0s});
  // This one never answers, and is given up when it has all of the input.
  const auto request = hello + frame('C', "ok") + frame('G');
  const auto outcome = world.play({.after = request.size(), .goes = false}, {"ok", {}}, &reader);
  REQUIRE(!outcome.result);
  CHECK(outcome.result.error().kind == ErrorKind::timeout);
  CHECK(outcome.heard == request + frame('I', "late") + frame('E'));
}

TEST_CASE("input that breaks is not taken for all, and the reason is the result") {
  for (const bool throws : {false, true}) {
    CAPTURE(throws);
    World world;
    BadReader reader(throws);
    test::run_both(world.loop, world.serve(),
                   world.ask({"take", {"100"}}, &reader, world.collect()));
    CHECK(world.outcome.output.empty());
    if (throws) {
      CHECK(world.outcome.exception == "a bug in the reader");
    } else {
      REQUIRE(!world.outcome.result);
      CHECK(world.outcome.result.error() == Error{ErrorKind::io, "read the tape: it is torn"});
    }
  }
}

TEST_CASE("output that cannot be written ends the request") {
  const auto full = [](std::string_view) -> Result<> {
    return failure(ErrorKind::full, "write standard output: no room");
  };
  const auto bug = [](std::string_view) -> Result<> { throw std::runtime_error("a bug"); };
  World failing;
  test::run_both(failing.loop, failing.serve(), failing.ask({"echo", {"a"}}, nullptr, full));
  REQUIRE(!failing.outcome.result);
  CHECK(failing.outcome.result.error() == Error{ErrorKind::full, "write standard output: no room"});
  World throwing;
  test::run_both(throwing.loop, throwing.serve(), throwing.ask({"echo", {"a"}}, nullptr, bug));
  CHECK(throwing.outcome.exception == "a bug");
}
