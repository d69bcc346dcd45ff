#include "submitclient/scripted_server.h"
#include "submitclient/submitter.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/temporary_folder.h"
#include "support/tls_pair.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::submitclient;
using sendmail::ExitCode;
using sendmail::RecipientState;
using Reached = Outcome::Reached;
using Encryption = Server::Encryption;

namespace {

constexpr auto accepted = RecipientState::accepted;
constexpr auto refused = RecipientState::refused;
constexpr auto waiting = RecipientState::waiting;

const std::string hello = "S: 220 mx.example ESMTP\nC: EHLO localhost\nS: 250-mx.example\n";
const std::string mail = "C: MAIL FROM:<a@x.example>\n";
const std::string to_b = "C: RCPT TO:<b@x.example>\n";
const std::string to_c = "C: RCPT TO:<c@x.example>\n";
const std::string yes = "S: 250 2.0.0 ok\n";
const std::string data = "C: DATA\nS: 354 go on\n@message\n";
const std::string bye = "C: QUIT\nS: 221 bye\n";
const std::string begun = hello + "S: 250 HELP\n" + mail;
const std::string text = "Subject: x\r\n\r\nhello\r\n.dot\r\n";

address::Path path(const std::string& address) {
  return address::parse_path(address).value();
}

struct World {
  World() { route.socket = folder / "submit"; }

  net::Listener listen() const { return net::Listener::bind_unix(route.socket, 0600).value(); }

  // A server that is this machine's, at `port`.
  void use_server(std::uint16_t port, Encryption encryption = Encryption::none) {
    route.socket.clear();
    route.server = Server{.host = "127.0.0.1",
                          .port = port,
                          .encryption = encryption,
                          .user = "u",
                          .password = text::Secret(std::string("p"))};
  }

  Outcome send(Submitter& submitter) const {
    const std::vector<RecipientState> all(envelope.recipients.size(), waiting);
    return submitter.send(message(all));
  }

  Message message(std::span<const RecipientState> states) const {
    return {.envelope = envelope,
            .states = states,
            .size = text.size(),
            .content = [](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
              // In small pieces, as a file may give them.
              const auto piece = text.substr(offset, std::min<std::size_t>(into.size(), 7));
              std::ranges::copy(piece, into.begin());
              return piece.size();
            }};
  }

  test::TemporaryFolder folder;
  SystemClock clock;
  test::FakeRandom random;
  Route route;
  sendmail::Envelope envelope{.sender = path("a@x.example"),
                              .recipients = {path("b@x.example"), path("c@x.example")}};
};

net::Listener on_loopback() {
  return net::Listener::bind({net::Address::v4({127, 0, 0, 1}), 0}).value();
}

} // namespace

TEST_CASE("a message goes through the socket") {
  World world;
  test::ScriptedServer server(world.listen(),
                              {begun + yes + to_b + yes + to_c + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    const auto outcome = world.send(submitter);
    CHECK(outcome.reached == Reached::server);
    CHECK(outcome.states == std::vector{accepted, accepted});
    CHECK(outcome.reason == "");
    CHECK(outcome.code == ExitCode::ok);
  }
  CHECK(server.end() == "");
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages()[0] == "Subject: x\r\n\r\nhello\r\n..dot\r\n");
}

TEST_CASE("what servers say is told apart") {
  struct Row {
    const char* name;
    std::string script; // from the greeting on
    std::vector<RecipientState> states;
    Reached reached;
    ExitCode code;
    std::string_view reason; // a part of it
  };

  const std::string quiet = bye;
  const std::vector<Row> rows = {
      {"one is unknown",
       begun + yes + to_b + "S: 550 5.1.1 who\n" + to_c + yes + data + yes + quiet,
       {refused, accepted},
       Reached::server,
       ExitCode::no_user,
       "RCPT TO:<b@x.example>"},
      {"unknown without an enhanced code",
       begun + yes + to_b + "S: 550 who\n" + to_c + "S: 550 who\n" + quiet,
       {refused, refused},
       Reached::server,
       ExitCode::no_user,
       "550 who"},
      {"a full mailbox",
       begun + yes + to_b + "S: 552 5.2.2 full\n" + to_c + yes + data + yes + quiet,
       {refused, accepted},
       Reached::server,
       ExitCode::unavailable,
       "5.2.2 full"},
      {"later for one",
       begun + yes + to_b + "S: 450 4.2.1 later\n" + to_c + yes + data + yes + quiet,
       {waiting, accepted},
       Reached::server,
       ExitCode::temporary,
       "4.2.1 later"},
      {"later for one, never for the other",
       begun + yes + to_b + "S: 450 4.2.1 later\n" + to_c + "S: 550 5.1.1 who\n" + quiet,
       {waiting, refused},
       Reached::server,
       ExitCode::no_user,
       "5.1.1 who"},
      {"a sender that is not ours",
       begun + "S: 550 5.7.1 not you\n" + quiet,
       {refused, refused},
       Reached::server,
       ExitCode::no_permission,
       "MAIL FROM:<a@x.example>"},
      {"a message that is not wanted",
       begun + yes + to_b + yes + to_c + yes + data + "S: 554 5.6.0 no\n" + quiet,
       {refused, refused},
       Reached::server,
       ExitCode::unavailable,
       "5.6.0 no"},
      {"a message that is too large",
       hello + "S: 250 SIZE 10\n" + quiet,
       {refused, refused},
       Reached::server,
       ExitCode::data,
       "takes at most 10"},
      {"a connection that breaks",
       begun + yes + "C: RCPT TO:<b@x.example>\n@reset\n",
       {waiting, waiting},
       Reached::nobody,
       ExitCode::temporary,
       ""},
      {"a server that is full",
       "S: 421 4.3.2 later\n@eof\n",
       {waiting, waiting},
       Reached::nobody,
       ExitCode::temporary,
       "421"},
      {"a server that takes nobody",
       "S: 554 5.3.2 go away\n" + quiet,
       {waiting, waiting},
       Reached::nobody,
       ExitCode::temporary,
       "go away"},
      {"no server for mail at all",
       "S: HTTP/1.1 400 Bad Request\n@eof\n",
       {waiting, waiting},
       Reached::nobody,
       ExitCode::temporary,
       "sends no reply"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    test::ScriptedServer server(world.listen(), {row.script});
    Outcome outcome;
    {
      Submitter submitter(world.route, world.clock, world.random, {});
      outcome = world.send(submitter);
    }
    CAPTURE(outcome.reason);
    CHECK(server.end() == "");
    CHECK(outcome.states == row.states);
    CHECK(outcome.reached == row.reached);
    CHECK(outcome.code == row.code);
    CHECK(outcome.reason.find(row.reason) != std::string::npos);
    CHECK_FALSE(outcome.reason.empty());
  }
}

TEST_CASE("without a server there is an outcome too") {
  World world;
  Submitter submitter(world.route, world.clock, world.random, {});
  const auto outcome = world.send(submitter);
  CHECK(outcome.reached == Reached::nobody);
  CHECK(outcome.states == std::vector{waiting, waiting});
  CHECK(outcome.code == ExitCode::temporary);
  CHECK(outcome.reason == "connect to " + world.route.socket.native() + ": nobody listens there");
  CHECK_FALSE(submitter.socket_server());

  const Route none;
  Submitter nowhere(none, world.clock, world.random, {});
  CHECK(world.send(nowhere).reason == "no server is configured");
  CHECK_FALSE(nowhere.socket_server());
}

TEST_CASE("one connection serves several messages, and only those who wait") {
  World world;
  test::ScriptedServer server(world.listen(), {begun + yes + to_b + yes + to_c + yes + data + yes +
                                               mail + yes + to_c + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).reason == "");
    const std::vector<RecipientState> states{refused, waiting};
    CHECK(submitter.send(world.message(states)).states == std::vector{refused, accepted});
  }
  CHECK(server.end() == "");
  CHECK(server.messages().size() == 2);
}

TEST_CASE("a connection that has ended is replaced") {
  World world;
  world.envelope.recipients.resize(1);
  test::ScriptedServer server(world.listen(), {hello + "S: 250 LIMITS MAILMAX=1\n" + mail + yes +
                                                   to_b + yes + data + yes + bye,
                                               begun + yes + to_b + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).states == std::vector{accepted});
    CHECK(world.send(submitter).states == std::vector{accepted});
  }
  CHECK(server.end() == "");
}

TEST_CASE("recipients beyond a server's limit go in another transaction") {
  World world;
  test::ScriptedServer server(world.listen(),
                              {hello + "S: 250 LIMITS RCPTMAX=1\n" + mail + yes + to_b + yes +
                               data + yes + mail + yes + to_c + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    const auto outcome = world.send(submitter);
    CHECK(outcome.states == std::vector{accepted, accepted});
    CHECK(outcome.code == ExitCode::ok);
  }
  CHECK(server.end() == "");

  World other;
  test::ScriptedServer unwilling(other.listen(), {hello + "S: 250 LIMITS RCPTMAX=1\n" + mail + yes +
                                                  to_b + "S: 450 later\n" + bye});
  {
    Submitter submitter(other.route, other.clock, other.random, {});
    CHECK(other.send(submitter).states == std::vector{waiting, waiting});
  }
  CHECK(unwilling.end() == "");
}

TEST_CASE("the server behind the socket says its name") {
  World world;
  world.route.hostname = dns::parse_name("host.example").value();
  test::ScriptedServer server(world.listen(),
                              {"S: 220 x\nC: EHLO host.example\nS: 250-mail.example\n"
                               "S: 250 HELP\n" +
                                   bye,
                               "S: 220 x\nC: EHLO host.example\nS: 250 ???\n" + bye});
  Submitter submitter(world.route, world.clock, world.random, {});
  CHECK(submitter.socket_server() == dns::parse_name("mail.example").value());
  CHECK_FALSE(submitter.socket_server());
  CHECK(server.end() == "");
}

TEST_CASE("wishes and needs of the message are told to the server") {
  World world;
  world.envelope.recipients = {path("b@x.example")};
  world.envelope.eight_bit = true;
  world.envelope.reports = {.notify = {.success = true, .delay = true},
                            .returned = sendmail::Returned::headers,
                            .envelope_id = "7"};
  test::ScriptedServer server(
      world.listen(), {hello + "S: 250-DSN\nS: 250-SIZE\nS: 250 8BITMIME\n" +
                       "C: MAIL FROM:<a@x.example> SIZE=27 BODY=8BITMIME RET=HDRS ENVID=7\n" + yes +
                       "C: RCPT TO:<b@x.example> NOTIFY=SUCCESS,DELAY\n" + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).reason == "");
  }
  CHECK(server.end() == "");
}

TEST_CASE("a null sender and an address literal are sent as they are") {
  World world;
  world.envelope = {.recipients = {path("b@[192.0.2.1]")}};
  test::ScriptedServer server(world.listen(),
                              {hello + "S: 250 HELP\nC: MAIL FROM:<>\n" + yes +
                               "C: RCPT TO:<b@[192.0.2.1]>\n" + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).reason == "");
  }
  CHECK(server.end() == "");
}

namespace {

const std::string login = "C: AUTH PLAIN AHUAcA==\n";
const std::string welcome = hello + "S: 250 AUTH PLAIN\n";

} // namespace

TEST_CASE("a message goes to a server, after a login") {
  World world;
  auto listener = on_loopback();
  world.use_server(listener.local().port);
  test::ScriptedServer server(std::move(listener),
                              {welcome + login + "S: 235 2.7.0 yes\n" + mail + yes + to_b + yes +
                               to_c + yes + data + yes + bye});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).states == std::vector{accepted, accepted});
  }
  CHECK(server.end() == "");
}

TEST_CASE("a login that fails") {
  struct Row {
    std::string script;
    Reached reached;
    ExitCode code;
  };

  const std::vector<Row> rows = {
      {welcome + login + "S: 535 5.7.8 no\n" + bye, Reached::refused, ExitCode::no_permission},
      {welcome + login + "S: 454 4.7.0 later\n" + bye, Reached::nobody, ExitCode::temporary},
      {hello + "S: 250 HELP\n" + bye, Reached::refused, ExitCode::no_permission},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    World world;
    auto listener = on_loopback();
    world.use_server(listener.local().port);
    test::ScriptedServer server(std::move(listener), {row.script});
    Submitter submitter(world.route, world.clock, world.random, {});
    const auto outcome = world.send(submitter);
    CHECK(server.end() == "");
    CHECK(outcome.reached == row.reached);
    CHECK(outcome.code == row.code);
    CHECK(outcome.states == std::vector{waiting, waiting});
  }
}

TEST_CASE("the server gets what the socket does not take") {
  World world;
  const auto socket = world.route.socket;
  auto listener = on_loopback();
  world.use_server(listener.local().port);
  world.route.socket = socket; // where nobody listens
  const auto script = welcome + login + "S: 235 2.7.0 yes\n" + mail + yes + to_b + yes + to_c +
                      yes + data + yes + bye;
  test::ScriptedServer server(std::move(listener), {script});
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    CHECK(world.send(submitter).states == std::vector{accepted, accepted});
  }
  CHECK(server.end() == "");
}

TEST_CASE("TLS with a server is verified, unless it need not be") {
  test::TlsPair tls;
  const std::string offer = hello + "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n";
  const std::string after = "C: EHLO localhost\nS: 250-mx.example\nS: 250 AUTH PLAIN\n" + login +
                            "S: 235 2.7.0 yes\n" + mail + yes + to_b + yes + to_c + yes + data +
                            yes + bye;
  for (const bool trusts : {true, false}) {
    for (const auto encryption : {Encryption::starttls, Encryption::immediate}) {
      CAPTURE(trusts, static_cast<int>(encryption));
      World world;
      auto listener = on_loopback();
      world.use_server(listener.local().port, encryption);
      world.route.server->trusts_anybody = trusts;
      const auto begin = encryption == Encryption::starttls ? offer : std::string();
      const auto rest =
          encryption == Encryption::starttls ? after : welcome + after.substr(after.find(login));
      test::ScriptedServer server(
          std::move(listener), {begin + (trusts ? "@tls\n" + rest : "@tls fails\n")}, &tls.server);
      Outcome outcome;
      {
        Submitter submitter(world.route, world.clock, world.random, {});
        outcome = world.send(submitter);
      }
      CAPTURE(outcome.reason);
      CHECK(server.end() == "");
      CHECK(outcome.reached == (trusts ? Reached::server : Reached::nobody));
      CHECK(outcome.states == std::vector(2, trusts ? accepted : waiting));
    }
  }
}

TEST_CASE("a message that requires TLS on its way is not sent without") {
  World world;
  auto listener = on_loopback();
  world.use_server(listener.local().port);
  world.route.require_tls = config::RequireTls::yes;
  test::ScriptedServer server(std::move(listener), {welcome + login + "S: 235 2.7.0 yes\n" + bye});
  Outcome outcome;
  {
    Submitter submitter(world.route, world.clock, world.random, {});
    outcome = world.send(submitter);
  }
  CHECK(server.end() == "");
  CHECK(outcome.states == std::vector{refused, refused});
  CHECK(outcome.code == ExitCode::unavailable);

  World local;
  local.route.require_tls = config::RequireTls::yes;
  test::ScriptedServer socket(local.listen(),
                              {begun + yes + to_b + yes + to_c + yes + data + yes + bye});
  {
    Submitter submitter(local.route, local.clock, local.random, {});
    CHECK(local.send(submitter).states == std::vector{accepted, accepted});
  }
  CHECK(socket.end() == "");
}

TEST_CASE("a message that cannot be read is not sent") {
  World world;
  test::ScriptedServer server(
      world.listen(), {begun + yes + to_b + yes + to_c + yes + "C: DATA\nS: 354 go\n@eof\n"});
  Submitter submitter(world.route, world.clock, world.random, {});
  const std::vector<RecipientState> states{waiting, waiting};
  const auto outcome =
      submitter.send({.envelope = world.envelope,
                      .states = states,
                      .size = 5,
                      .content = [](std::uint64_t, std::span<char>) -> Result<std::size_t> {
                        return failure(ErrorKind::corrupt, "it is gone");
                      }});
  CHECK(server.end() == "");
  CHECK(outcome.states == std::vector{waiting, waiting});
  CHECK(outcome.reason == "it is gone");
}

TEST_CASE("what is said can be seen, without the password") {
  World world;
  auto listener = on_loopback();
  world.use_server(listener.local().port);
  test::ScriptedServer server(std::move(listener), {welcome + login + "S: 535 5.7.8 no\n" + bye});
  std::string seen;
  Submitter submitter(
      world.route, world.clock, world.random,
      [&](smtpclient::Direction, std::string_view line) { seen.append(line).append("\n"); });
  world.send(submitter);
  CHECK(server.end() == "");
  CHECK(seen.find("EHLO localhost") != std::string::npos);
  CHECK(seen.find("AHUAcA==") == std::string::npos);
}
