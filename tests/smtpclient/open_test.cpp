// Greeting, EHLO and HELO, and what a server can do instead.
#include "client_world.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;
using namespace std::chrono_literals;

namespace {

const std::string greeting = "S: 220 mx.example ESMTP\n";

struct Row {
  const char* name;
  std::string script;
  Cause cause;
  Stage stage;
  bool permanent;
  std::string text; // or how it begins
};

void check(const Row& row, bool trickle) {
  CAPTURE(row.name);
  ClientWorld world;
  world.trickle = trickle;
  CHECK(world.play(row.script) == "");
  REQUIRE(world.error);
  CHECK(world.error->cause == row.cause);
  CHECK(world.error->stage == row.stage);
  CHECK(world.error->permanent == row.permanent);
  CHECK(world.error->text.substr(0, row.text.size()) == row.text);
  CHECK(world.error->reply.has_value() == (row.cause == Cause::reply));
}

async::Task<> look(Client& client, smtp::Extensions& extensions) {
  extensions = client.extensions();
  CHECK(client.usable());
  CHECK(client.tls() == nullptr);
  co_return;
}

} // namespace

TEST_CASE("a conversation is opened") {
  struct Good {
    const char* name;
    std::string script;
    smtp::Extensions want;
  };

  const std::vector<Good> rows = {
      {"extensions",
       hello + "S: 250-mx.example hello\nS: 250-PIPELINING\nS: 250 SIZE 5\n" + bye,
       {.server = "mx.example", .pipelining = true, .size = true, .max_size = 5}},
      {"no extensions", hello + "S: 250 mx.example\n" + bye, {.server = "mx.example"}},
      {"long greeting",
       "S: 220-mx.example ESMTP\nS: 220-and\nS: 220 more\nC: EHLO client.example\n"
       "S: 250 mx.example\n" +
           bye,
       {.server = "mx.example"}},
      {"HELO",
       hello +
           "S: 502 5.5.1 what?\nC: HELO client.example\n"
           "S: 250-old.example\nS: 250 PIPELINING\n" +
           bye,
       {.server = "old.example"}},
      {"lines that end in LF alone",
       "@lf 220-mx\n@lf 220 mx\nC: EHLO client.example\n@lf 250 mx.example\n" + bye,
       {.server = "mx.example"}},
  };
  for (const bool trickle : {false, true}) {
    for (const auto& row : rows) {
      CAPTURE(row.name, trickle);
      ClientWorld world;
      world.trickle = trickle;
      smtp::Extensions got;
      CHECK(world.play(row.script, [&](Client& client) { return look(client, got); }) == "");
      CHECK(!world.error);
      CHECK(got == row.want);
    }
  }
}

TEST_CASE("codes of EHLO after which there is HELO") {
  for (const int code : {500, 501, 502, 503, 504}) {
    CAPTURE(code);
    ClientWorld world;
    auto script = hello;
    script.append("S: ").append(std::to_string(code)).append(" x\n");
    script.append("C: HELO client.example\nS: 250 mx\n").append(bye);
    CHECK(world.play(script) == "");
    CHECK(!world.error);
  }
}

TEST_CASE("a conversation that is not opened") {
  const std::vector<Row> rows = {
      {"refused for good", "S: 554 5.7.1 not you\n" + bye, Cause::reply, Stage::greeting, true,
       "mx.example says 554 5.7.1 not you"},
      {"refused for now", "S: 450-a\nS: 450 b\n" + bye, Cause::reply, Stage::greeting, false,
       "mx.example says 450 a b"},
      {"421 closes", "S: 421 4.3.2 later\n@eof\n", Cause::reply, Stage::greeting, false,
       "mx.example says 421 4.3.2 later"},
      {"greeting of another kind", "S: 354 go on\n@eof\n", Cause::protocol, Stage::greeting, false,
       "greeting: mx.example answers out of turn: 354 go on"},
      {"closed at once", "@close\n", Cause::network, Stage::greeting, false,
       "greeting: read from 192.0.2.25:25: the peer closed the connection"},
      {"reset at once", "@reset\n", Cause::network, Stage::greeting, false, "greeting: "},
      {"closed within the greeting", "@raw 220 mx\n@close\n", Cause::network, Stage::greeting,
       false, "greeting: read from 192.0.2.25:25: the peer closed the connection"},
      {"another protocol", "S: * OK IMAP4rev1\n@eof\n", Cause::protocol, Stage::greeting, false,
       "greeting: mx.example sends no reply: not an SMTP reply"},
      {"an endless line", "@flood\n", Cause::protocol, Stage::greeting, false,
       "greeting: line of more than 4098 bytes"},
      {"codes that differ", "S: 220-mx\nS: 250 mx\n@eof\n", Cause::protocol, Stage::greeting, false,
       "greeting: mx.example sends no reply: SMTP reply changes its code between lines"},
      {"code 199", "S: 199 mx\n@eof\n", Cause::protocol, Stage::greeting, false, "greeting: "},
      {"code 600", "S: 600 mx\n@eof\n", Cause::protocol, Stage::greeting, false, "greeting: "},
      {"EHLO refused", hello + "S: 550 5.7.1 bad name\n" + bye, Cause::reply, Stage::ehlo, true,
       "EHLO client.example: mx.example says 550 5.7.1 bad name"},
      {"EHLO refused for now", hello + "S: 451 x\n" + bye, Cause::reply, Stage::ehlo, false,
       "EHLO client.example: mx.example says 451 x"},
      {"421 to EHLO", hello + "S: 421 x\n@eof\n", Cause::reply, Stage::ehlo, false,
       "EHLO client.example: mx.example says 421 x"},
      {"354 to EHLO", hello + "S: 354 x\n@eof\n", Cause::protocol, Stage::ehlo, false,
       "EHLO client.example: mx.example answers out of turn: 354 x"},
      {"HELO refused", hello + "S: 500 x\nC: HELO client.example\nS: 550 y\n" + bye, Cause::reply,
       Stage::helo, true, "HELO client.example: mx.example says 550 y"},
      {"closed instead of HELO", hello + "S: 500 x\nC: HELO client.example\n@close\n",
       Cause::network, Stage::helo, false,
       "HELO client.example: read from 192.0.2.25:25: the peer closed the connection"},
      {"two greetings", "S: 220 mx\nS: 220 mx\n@eof\n", Cause::protocol, Stage::ehlo, false,
       "EHLO client.example: mx.example sends a reply that nobody has asked for"},
      {"421 behind the greeting", "S: 220 mx\nS: 421 4.3.2 no\n@eof\n", Cause::reply, Stage::ehlo,
       false, "EHLO client.example: mx.example says 421 4.3.2 no"},
  };
  for (const auto& row : rows) check(row, false);
}

TEST_CASE("a reply without an end") {
  std::string many = greeting + "C: EHLO client.example\n";
  for (int i = 0; i < 200; ++i) many += "S: 250-LINE" + std::to_string(i) + "\n";
  const std::string long_line = "S: 250-" + std::string(4090, 'x') + "\n";
  std::string large = greeting + "C: EHLO client.example\n";
  for (int i = 0; i < 20; ++i) large += long_line;
  for (const auto& script : {many, large}) {
    check({"too long", script + "@eof\n", Cause::protocol, Stage::ehlo, false,
           "EHLO client.example: mx.example sends no reply: SMTP reply too long"},
          false);
  }
}

TEST_CASE("control characters in a reply are not shown") {
  ClientWorld world;
  CHECK(world.play("S: 554 a" + std::string(1, '\0') + "b\x1b[2J\rc\n" + bye) == "");
  REQUIRE(world.error);
  CHECK(world.error->text == "mx.example says 554 a b [2J c");
  CHECK(world.error->reply->lines == std::vector<std::string>{"a b [2J c"});
}

TEST_CASE("a server that takes too long") {
  struct Slow {
    const char* name;
    std::string script;
    Timeouts::Duration Timeouts::* timeout;
    Stage stage;
  };

  const std::vector<Slow> rows = {
      {"no greeting", "@eof\n", &Timeouts::greeting, Stage::greeting},
      {"half a greeting", "@raw 220 mx\n@eof\n", &Timeouts::greeting, Stage::greeting},
      {"a greeting without its last line", "S: 220-mx\n@eof\n", &Timeouts::greeting,
       Stage::greeting},
      {"EHLO", hello + "@eof\n", &Timeouts::hello, Stage::ehlo},
      {"HELO", hello + "S: 500 x\nC: HELO client.example\n@eof\n", &Timeouts::hello, Stage::helo},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.timeouts.*row.timeout = 20ms;
    CHECK(world.play(row.script) == "");
    REQUIRE(world.error);
    CHECK(world.error->cause == Cause::timeout);
    CHECK(world.error->stage == row.stage);
    CHECK(!world.error->permanent);
  }
}

TEST_CASE("a deadline for all") {
  ClientWorld world;
  world.options.deadline = world.clock.steady() + 20ms;
  CHECK(world.play("@eof\n") == "");
  REQUIRE(world.error);
  CHECK(world.error->cause == Cause::timeout);
}

TEST_CASE("a goodbye without an answer") {
  ClientWorld world;
  world.options.timeouts.quit = 20ms;
  CHECK(world.play(hello + "S: 250 mx\nC: QUIT\n@eof\n") == "");
  CHECK(!world.error);
}

TEST_CASE("names for EHLO") {
  for (const std::string good : {"localhost", "a.example", "[192.0.2.1]", "[IPv6:2001:db8::1]"}) {
    CAPTURE(good);
    ClientWorld world;
    world.options.hello = good;
    std::string script = "S: 220 mx\nC: EHLO ";
    script.append(good).append("\nS: 250 mx\n").append(bye);
    CHECK(world.play(script) == "");
    CHECK(!world.error);
  }
  for (const std::string bad :
       {"", "a b", "a\r\nMAIL FROM:<>", "[192.0.2]", "-", "b\xc3\xbc.example"}) {
    CAPTURE(bad);
    ClientWorld world;
    world.options.hello = bad;
    CHECK(world.play("@eof\n") == "");
    REQUIRE(world.error);
    CHECK(world.error->cause == Cause::bad_address);
    CHECK(world.error->stage == Stage::ehlo);
  }
}

TEST_CASE("what a trace shows") {
  ClientWorld world;
  CHECK(world.play(hello + "S: 250-mx.example\nS: 250 SIZE\n" + bye) == "");
  CHECK(world.trace == "< 220 mx.example ESMTP\n> EHLO client.example\n< 250-mx.example\n"
                       "< 250 SIZE\n> QUIT\n< 221 bye\n");
}

TEST_CASE("a server without a name is known by its address") {
  ClientWorld world;
  world.options.server = "";
  CHECK(world.play("S: 554 no\n" + bye) == "");
  REQUIRE(world.error);
  CHECK(world.error->text == "192.0.2.25:25 says 554 no");
  CHECK(plain(*world.error) == mox::Error{ErrorKind::refused, world.error->text});
}

namespace {

// Gives a connection that was made before, or the reason why there is none.
class OneDialer final : public net::Dialer {
public:
  explicit OneDialer(Result<net::Connection> outcome) : outcome_(std::move(outcome)) {}

  async::Task<Result<net::Connection>> connect(net::Endpoint, std::optional<net::Address>,
                                               net::Deadline deadline) override {
    given_deadline = deadline;
    co_return std::move(outcome_);
  }

  net::Deadline given_deadline;

private:
  Result<net::Connection> outcome_;
};

async::Task<> connect(OneDialer& dialer, ClientWorld& world) {
  auto client = co_await Client::connect(dialer, {}, std::nullopt, world.options, world.clock);
  REQUIRE(!client);
  world.error = client.error();
}

} // namespace

TEST_CASE("there is no connection") {
  struct Missing {
    mox::Error error;
    Cause want;
  };

  const Missing rows[] = {
      {{ErrorKind::io, "connect to 192.0.2.1:25: Connection refused"}, Cause::network},
      {{ErrorKind::timeout, "connect to 192.0.2.1:25: timeout"}, Cause::timeout},
  };
  for (const auto& row : rows) {
    CAPTURE(row.error.text);
    ClientWorld world;
    OneDialer dialer(failure(row.error));
    world.loop.run(connect(dialer, world));
    REQUIRE(world.error);
    CHECK(world.error->cause == row.want);
    CHECK(world.error->stage == Stage::connect);
    CHECK(world.error->text == "mx.example: " + row.error.text);
    CHECK(dialer.given_deadline <= world.clock.steady() + world.options.timeouts.connect);
  }
}
