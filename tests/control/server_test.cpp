// What the daemon's side says to what bytes, in one piece and byte by byte.
#include "async/sleep.h"
#include "control/commands.h"
#include "control/frames.h"
#include "control/server.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <exception>
#include <optional>
#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using test::frame;
using test::head;

namespace {

const std::string hello = "mox-control 1\n";
const std::string go = frame('G');
const std::string end = frame('E');
const std::string done = frame('K');

std::string request(const std::string& command, const std::vector<std::string>& parameters = {}) {
  auto frames = frame('C', command);
  for (const auto& parameter : parameters) frames += frame('P', parameter);
  return frames + go;
}

// Says `sent`, listens until the server is done or has said `enough`, and goes.
Task<> client(net::Connection& connection, std::string sent, std::size_t enough, std::string& got) {
  const auto written = co_await connection.write(sent, test::soon());
  static_cast<void>(written); // the server may have closed before the last byte
  while (got.size() < enough) {
    const auto bytes = co_await connection.read_some(100'000, test::soon());
    if (!bytes) break;
    got += *bytes;
  }
  connection.close();
}

struct Outcome {
  std::string got;
  Result<> ended;
  std::string exception;
};

struct World {
  Task<> serve() {
    const control::Handler handler = test::obey;
    try {
      outcome.ended = co_await control::serve(server, handler, options, clock, stop);
    } catch (const std::exception& error) {
      outcome.exception = error.what();
    }
  }

  explicit World(net::MemoryOptions server_end = {}, const Clock& with = test_clock(),
                 control::ServerOptions for_server = {})
      : clock(with), options(for_server), ends(net::memory_pair(loop.executor(), server_end)) {}

  static const Clock& test_clock() {
    static const test::FakeClock clock;
    return clock;
  }

  Outcome play(const std::string& sent, std::size_t enough = std::string::npos) {
    test::run_both(loop, serve(), client(ends.second, sent, enough, outcome.got));
    return outcome;
  }

  test::Loop loop;
  const Clock& clock;
  control::ServerOptions options;
  async::Event stop;
  std::pair<net::Connection, net::Connection> ends;
  net::Connection& server = ends.first;
  Outcome outcome;
};

// Ahead of the timers' clock by nothing, and behind by far more than any deadline.
class LateClock final : public Clock {
public:
  WallTime wall() const override { return {}; }

  SteadyTime steady() const override { return std::chrono::steady_clock::now() - 24h; }
};

} // namespace

TEST_CASE("requests are done in their order, each with its output and its result") {
  struct Row {
    const char* name;
    std::string sent;
    std::string want;
  };

  const std::string large(70'000, 'x');
  const Row rows[] = {
      {"nothing asked", "", ""},
      {"no input", request("ok") + end, done},
      {"parameters", request("echo", {"a", "", "b c"}) + end,
       frame('O', "a;") + frame('O', ";") + frame('O', "b c;") + done},
      {"a parameter in parts", frame('C', "echo") + frame('M', "a") + frame('P', "b") + go + end,
       frame('O', "ab;") + done},
      {"two in a row", request("echo", {"1"}) + end + request("echo", {"2"}) + end,
       frame('O', "1;") + done + frame('O', "2;") + done},
      {"failed, and another", request("refuse") + end + request("ok") + end,
       frame('F', "refused not for you") + done},
      {"unknown", request("dance") + end, frame('F', "unsupported no command dance")},
      {"input", request("take", {"9"}) + frame('I', "hello") + frame('I', "you") + end,
       frame('O', "8") + done},
      {"too much input",
       request("take", {"7"}) + frame('I', "hello") + frame('I', "you") + end + request("ok") + end,
       frame('F', "invalid the input has more than 7 bytes") + done},
      {"input given up", request("take", {"9"}) + frame('I', "hello") + frame('X'),
       frame('F', "closed the client gave up in the middle of its input")},
      {"given up, and another",
       request("take", {"9"}) + frame('I', "hello") + frame('X') + request("ok") + end,
       frame('F', "closed the client gave up in the middle of its input") + done},
      {"input that nobody reads", request("ok") + frame('I', "hello") + end + request("ok") + end,
       done + done},
      {"given up, which nobody notices",
       request("ok") + frame('I', "hello") + frame('X') + request("ok") + end, done + done},
      {"large output", request("echo", {large.substr(0, 60'000), large.substr(60'000)}) + end,
       frame('O', large.substr(0, 60'000) + ";") + frame('O', large.substr(60'000) + ";") + done},
      {"output above a frame",
       frame('C', "echo") + frame('M', large.substr(0, 65'536)) + frame('P', large.substr(65'536)) +
           go + end,
       frame('O', large.substr(0, 65'536)) + frame('O', large.substr(65'536) + ";") + done},
  };
  for (const auto& row : rows) {
    for (const bool trickle : {false, true}) {
      CAPTURE(row.name, trickle);
      World world({.trickle = trickle});
      const auto want = hello + row.want;
      const auto outcome = world.play(hello + row.sent, want.size());
      CHECK(outcome.got == want);
      CHECK(outcome.ended);
    }
  }
}

TEST_CASE("input and output go both ways at once") {
  World world({.trickle = true});
  const auto sent = hello + request("echo") + frame('I', "abc") + end;
  const auto want = hello + frame('O', "a") + frame('O', "b") + frame('O', "c") + done;
  CHECK(world.play(sent, want.size()).got == want);
}

TEST_CASE("a client that makes no sense hears why, and its connection ends") {
  struct Row {
    const char* name;
    std::string sent;
    std::string got; // behind the hello
    Error ended;
  };

  const auto no_hello = Error{ErrorKind::invalid, "this is not the control protocol of mox"};
  const auto refused = [](const std::string& why) { return frame('F', "invalid " + why); };
  const auto invalid = [](const std::string& why) { return Error{ErrorKind::invalid, why}; };
  const std::string unfinished = "a request that is not complete: ";
  const Row rows[] = {
      {"another protocol", "GET / HTTP/1.1\r\n\r\n", "", no_hello},
      {"no line", std::string(100, 'x'), "", no_hello},
      {"zeros", std::string(100, '\0'), "", no_hello},
      {"an empty line", "\n", "", no_hello},
      {"another version",
       "mox-control 2\n",
       "",
       {ErrorKind::unsupported,
        "the client speaks version 2 of the control protocol, this daemon version 1"}},
      {"text behind the hello", hello + "stop\n",
       refused(unfinished + "a frame of type 's', which does not exist"),
       invalid(unfinished + "a frame of type 's', which does not exist")},
      {"input without a request", hello + end,
       refused("a frame of type 'E' where a command begins"),
       invalid("a frame of type 'E' where a command begins")},
      {"a command that is none", hello + frame('C', "OK"),
       refused("a command must be words of a-z, 0-9 and -"),
       invalid("a command must be words of a-z, 0-9 and -")},
      {"a huge frame", hello + frame('C', "ok") + head('P', 65'537),
       refused(unfinished + "a frame of type 'P' with 65537 bytes, where 0 to 65536 can be"),
       invalid(unfinished + "a frame of type 'P' with 65537 bytes, where 0 to 65536 can be")},
      {"a request within the input",
       hello + request("take", {"9"}) + frame('I', "x") + request("ok"),
       frame('F', "invalid a frame of type 'C' within the input"),
       invalid("behind the result of \"take\": a frame of type 'C' within the input")},
      {"the same behind the result", hello + request("ok") + request("ok"), done,
       invalid("behind the result of \"ok\": a frame of type 'C' within the input")},
      {"an answer as input", hello + request("take", {"9"}) + done,
       frame('F', "invalid a frame of type 'K' within the input"),
       invalid("behind the result of \"take\": a frame of type 'K' within the input")},
  };
  for (const auto& row : rows) {
    for (const bool trickle : {false, true}) {
      CAPTURE(row.name, trickle);
      World world({.trickle = trickle});
      const auto outcome = world.play(row.sent);
      CHECK(outcome.got == hello + row.got);
      REQUIRE(!outcome.ended);
      CHECK(outcome.ended.error() == row.ended);
    }
  }
}

TEST_CASE("too many and too large parameters are refused before more of them are read") {
  auto many = hello + frame('C', "ok");
  for (int i = 0; i < 257; ++i) many += frame('P');
  CHECK(World().play(many).got ==
        hello + frame('F', "invalid \"ok\" has more than 256 parameters"));
  auto large = hello + frame('C', "ok");
  for (int i = 0; i < 17; ++i) large += frame('M', std::string(65'536, 'x'));
  CHECK(World().play(large).got ==
        hello + frame('F', "invalid the parameters of \"ok\" have more than 1048576 bytes"));
  World narrow({}, World::test_clock(), {.limits = {.count = 1, .bytes = 2}});
  CHECK(narrow.play(hello + request("ok", {"abc"})).got ==
        hello + frame('F', "invalid the parameters of \"ok\" have more than 2 bytes"));
}

TEST_CASE("a client that goes away in the middle harms nothing") {
  struct Row {
    const char* name;
    std::string sent;
    std::size_t heard; // then it goes
    std::optional<ErrorKind> ended;
  };

  const Row rows[] = {
      {"before the hello", "", 0, ErrorKind::closed},
      {"within the hello", hello.substr(0, 5), 0, ErrorKind::closed},
      {"after it", hello, hello.size(), std::nullopt},
      {"within a head", hello + frame('C', "ok").substr(0, 3), hello.size(), ErrorKind::closed},
      {"within a command", hello + frame('C', "ok").substr(0, 6), hello.size(), ErrorKind::closed},
      {"within a request", hello + frame('C', "ok"), hello.size(), ErrorKind::closed},
      {"without any input", hello + request("take", {"9"}), hello.size(), ErrorKind::closed},
      {"within the input", hello + request("take", {"9"}) + frame('I', "x"), hello.size(),
       ErrorKind::closed},
      {"within a piece", hello + request("take", {"9"}) + frame('I', "xyz").substr(0, 6),
       hello.size(), ErrorKind::closed},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    const auto outcome = world.play(row.sent, row.heard);
    CHECK(outcome.exception.empty());
    REQUIRE(outcome.ended.has_value() == !row.ended);
    if (row.ended) CHECK(outcome.ended.error().kind == *row.ended);
  }
}

TEST_CASE("whatever part of a conversation arrives, a handler never takes half an input for all") {
  const auto whole = hello + request("take", {"9"}) + frame('I', "hello") + end;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    World world;
    auto got = world.play(whole.substr(0, size), hello.size()).got;
    CHECK(!got.contains(done));
  }
}

TEST_CASE("input that nobody wants is not read for ever") {
  World world;
  auto sent = hello + request("ok");
  for (int i = 0; i < 17; ++i) sent += frame('I', std::string(65'536, 'x'));
  const auto outcome = world.play(sent);
  CHECK(outcome.got == hello + done);
  REQUIRE(!outcome.ended);
  CHECK(outcome.ended.error().text ==
        "behind the result of \"ok\": the client goes on with input that nobody wants");
}

TEST_CASE("an exception is a failure for the client and goes on to the caller") {
  World world;
  const auto outcome = world.play(hello + request("bug") + end + request("ok") + end);
  CHECK(outcome.got == hello + frame('F', "io an internal error, which the log tells more of"));
  CHECK(outcome.exception == "a bug");
}

TEST_CASE("each wait ends at its deadline") {
  struct Row {
    const char* name;
    std::string sent;
    control::ServerOptions options;
    std::string got; // behind the hello
    std::string ended;
  };

  // Each row has a deadline that has passed, and all others are a day away.
  constexpr auto far = 48h;
  const control::ServerOptions patient{
      .hello = far, .idle = far, .request = far, .input = far, .output = far};
  const auto but = [&](std::chrono::seconds control::ServerOptions::* which) {
    auto options = patient;
    options.*which = 0s;
    return options;
  };
  const std::string timeout = "read from [::]:0: timeout";
  const auto failed = [](const std::string& why) { return frame('F', "timeout " + why); };
  const Row rows[] = {
      {"no hello", "mox-con", but(&control::ServerOptions::hello), "", "no hello: " + timeout},
      {"idle", hello, but(&control::ServerOptions::idle), "", ""},
      {"idle after a result", hello + request("ok") + end, but(&control::ServerOptions::idle), done,
       ""},
      {"half a head", hello + "C", but(&control::ServerOptions::request),
       failed("a request that is not complete: " + timeout),
       "a request that is not complete: " + timeout},
      {"half a request", hello + frame('C', "ok"), but(&control::ServerOptions::request),
       failed("a request that is not complete: " + timeout),
       "a request that is not complete: " + timeout},
      {"no input", hello + request("take", {"9"}), but(&control::ServerOptions::input),
       failed(timeout), "behind the result of \"take\": " + timeout},
      {"half a piece of input", hello + request("take", {"9"}) + head('I', 9) + "x",
       but(&control::ServerOptions::input), failed(timeout),
       "behind the result of \"take\": " + timeout},
      {"no end behind the result", hello + request("ok"), but(&control::ServerOptions::request),
       done, "behind the result of \"ok\": " + timeout},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const LateClock clock;
    World world({}, clock, row.options);
    const auto outcome = world.play(row.sent);
    CHECK(outcome.got == hello + row.got);
    CHECK((outcome.ended ? "" : outcome.ended.error().text) == row.ended);
  }
}

TEST_CASE("a client that does not take its output is given up") {
  const LateClock clock;
  World world({}, clock, {.hello = 48h, .idle = 48h, .request = 48h, .input = 48h, .output = 0s});
  const auto sent = hello + request("echo", std::vector<std::string>(20, std::string(50'000, 'x')));
  const auto mute = [](net::Connection& connection, std::string bytes, World& with) -> Task<> {
    co_await connection.write(bytes, test::soon());
    while (with.outcome.ended) co_await async::sleep_until(test::in(1ms));
    connection.close();
  };
  test::run_both(world.loop, world.serve(), mute(world.ends.second, sent, world));
  CHECK(world.outcome.ended.error() ==
        Error{ErrorKind::closed, "nobody heard the result of \"echo\" (write to [::]:0: timeout): "
                                 "write to [::]:0: the peer closed the connection"});
}

TEST_CASE("a stop ends a connection between requests and behind one") {
  const auto stops = [](async::Event& event) -> Task<> {
    event.notify();
    co_return;
  };
  World idle;
  async::Gate gate(idle.loop.executor(), nullptr);
  gate.spawn(idle.serve());
  gate.spawn(client(idle.ends.second, hello, std::string::npos, idle.outcome.got));
  gate.spawn(stops(idle.stop));
  idle.loop.run(gate.close());
  CHECK(idle.outcome.got == hello);
  CHECK(idle.outcome.ended);

  // Two requests are there; the stop comes while the first one waits for its input.
  World busy;
  const auto later = [](net::Connection& connection, async::Event& stop,
                        std::string& got) -> Task<> {
    const auto first = hello + request("echo", {"a"});
    co_await connection.write(first, test::soon());
    while (!got.contains("a;")) {
      const auto bytes = co_await connection.read_some(1000, test::soon());
      REQUIRE(bytes);
      got += *bytes;
    }
    stop.notify();
    const auto rest = frame('I', "b") + end + request("ok") + end;
    co_await client(connection, rest, std::string::npos, got);
  };
  test::run_both(busy.loop, busy.serve(), later(busy.ends.second, busy.stop, busy.outcome.got));
  CHECK(busy.outcome.got == hello + frame('O', "a;") + frame('O', "b") + done);
  CHECK(busy.outcome.ended);
}

TEST_CASE("a handler learns who asks") {
  const auto who = [](control::Call& call) -> Task<Result<>> {
    const auto text = call.peer ? std::to_string(call.peer->uid) : std::string("nobody");
    co_return co_await call.sink.write(text);
  };
  const auto ask = [&](std::optional<net::PeerCredentials> credentials) {
    test::Loop loop;
    const test::FakeClock clock;
    async::Event stop;
    auto [server, peer] = net::memory_pair(loop.executor(), {}, {.credentials = credentials});
    const control::Handler handler = who;
    std::string got;
    const auto serves = [](net::Connection& connection, const control::Handler& with,
                           const Clock& time, async::Event& event) -> Task<> {
      const auto ended = co_await control::serve(connection, with, {}, time, event);
      CHECK(ended);
    };
    const std::string last = frame('K');
    test::run_both(loop, serves(server, handler, clock, stop),
                   client(peer, hello + request("who") + end,
                          hello.size() +
                              (credentials ? frame('O', "1234") : frame('O', "nobody")).size() +
                              last.size(),
                          got));
    return got;
  };
  CHECK(ask(net::PeerCredentials{.uid = 1234, .gid = 5, .pid = 6}) ==
        hello + frame('O', "1234") + done);
  CHECK(ask(std::nullopt) == hello + frame('O', "nobody") + done);
}
