// The client and our own server, in one loop.
#include "clock/clock.h"
#include "smtpclient/client.h"
#include "smtpserver/smtp_world.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/sockets.h"
#include "tls/client_context.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;

namespace {

constexpr std::string_view sent_message =
    "From: <mjl@mox.example>\r\nSubject: hello\r\n\r\n.dot\r\n";

struct Talk {
  Options options;
  Envelope envelope;
  std::optional<smtpclient::Error> error;
  bool tls = false;
  smtp::Extensions extensions;
  std::vector<Sent> sent;
  std::string inbox;
};

// Two transactions over one connection, and then what has arrived.
async::Task<> converse(smtpserver::test::SmtpWorld& world, std::string words, Talk& talk) {
  const SystemClock clock;
  // Unknown users are refused late, and nobody here waits for that.
  const bool hurried = co_await world.direct("hurry", "");
  CHECK(hurried);
  auto client = co_await Client::open(world.connect("", words), talk.options, clock);
  if (!client) {
    talk.error = client.error();
    co_return;
  }
  talk.tls = client->tls() != nullptr;
  talk.extensions = client->extensions();
  for (int i = 0; i < 2; ++i) {
    TextSource source(sent_message);
    talk.sent.push_back(co_await client->send(talk.envelope, source));
  }
  co_await client->quit();
  auto inbox = world.connect("", "inbox mjl");
  while (true) {
    const auto bytes = co_await inbox.read_some(65536, test::soon());
    if (!bytes) co_return;
    talk.inbox += *bytes;
  }
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++times;
  return times;
}

} // namespace

TEST_CASE("our client and our server") {
  for (const bool trickle : {false, true}) {
    for (const std::string name : {"plaintext", "STARTTLS", "immediate", "not offered"}) {
      CAPTURE(name, trickle);
      test::Loop loop;
      smtpserver::test::SmtpWorld world(loop, trickle);
      auto unverified = tls::ClientContext::unverified().value();
      Talk talk{.options = {.hello = "client.example", .server = "mx.example"},
                .envelope = {.from = {"a", "a.example"},
                             .to = {{"mjl", "mox.example"},
                                    {"nobody", "mox.example"},
                                    {"m\xc3\xbcller", "mox.example"}},
                             .size = sent_message.size(),
                             .content = Content::eight_bit}};
      std::string words;
      if (name == "STARTTLS")
        talk.options.tls =
            TlsPolicy::verified(*world.trust(), "mx.example", TlsPolicy::Start::starttls);
      if (name == "immediate") {
        words = "tls";
        talk.options.tls =
            TlsPolicy::verified(*world.trust(), "mx.example", TlsPolicy::Start::immediate);
      }
      if (name == "not offered") {
        words = "notls";
        talk.options.tls = TlsPolicy::opportunistic(unverified, "mx.example");
      }
      loop.run(converse(world, words, talk));
      // Before anything that could end the test with sessions still open.
      CHECK(world.end() == "");
      CHECK((talk.error ? talk.error->text : "") == "");
      CHECK(talk.tls == (name == "STARTTLS" || name == "immediate"));
      CHECK(talk.extensions.server == "mx.example");
      CHECK(talk.extensions.pipelining);
      CHECK(talk.extensions.smtputf8);
      CHECK(talk.extensions.limits.rcpt_max.has_value());
      REQUIRE(talk.sent.size() == 2);
      for (const auto& sent : talk.sent) {
        REQUIRE(sent.recipients.size() == 3);
        CHECK(sent.recipients[0]);
        REQUIRE(!sent.recipients[1]);
        CHECK(sent.recipients[1].error().reply->code == 550);
        CHECK(sent.recipients[1].error().permanent);
        CHECK(sent.recipients[2]);
        CHECK(sent.reply.has_value());
      }
      CHECK(count(talk.inbox, sent_message) == 4);
      CHECK(count(talk.inbox, "Return-Path: <a@a.example>\r\n") == 4);
    }
  }
}

TEST_CASE("our server's limit of size") {
  test::Loop loop;
  smtpserver::test::SmtpWorld world(loop, false);
  Talk talk{.options = {.hello = "client.example", .server = "mx.example"},
            .envelope = {.from = {}, .to = {{"mjl", "mox.example"}}, .size = 1001}};
  loop.run(converse(world, "small", talk));
  CHECK(world.end() == "");
  REQUIRE(talk.sent.size() == 2);
  REQUIRE(talk.sent[0].error() != nullptr);
  CHECK(talk.sent[0].error()->cause == Cause::too_large);
  CHECK(talk.inbox.empty());
}

namespace {

async::Task<> submit(smtpserver::test::SmtpWorld& world, std::string password, Talk& talk) {
  const SystemClock clock;
  test::FakeRandom random;
  auto connection = world.connect("", "submission tls");
  auto client = co_await Client::open(std::move(connection), talk.options, clock);
  if (!client) {
    talk.error = client.error();
    co_return;
  }
  Login login;
  login.credentials.user = "mjl@mox.example";
  login.credentials.password = text::Secret(std::move(password));
  login.mechanisms = {"PLAIN"}; // the accounts there have no verifier for others
  const auto done = co_await client->log_in(std::move(login), random);
  if (!done) {
    talk.error = done.error();
  } else {
    TextSource source(sent_message);
    talk.sent.push_back(co_await client->send(talk.envelope, source));
  }
  co_await client->quit();
}

} // namespace

TEST_CASE("mail is submitted to our server") {
  for (const bool right : {true, false}) {
    CAPTURE(right);
    test::Loop loop;
    smtpserver::test::SmtpWorld world(loop, false);
    Talk talk{.options = {.hello = "client.example", .server = "mx.example"},
              .envelope = {.from = {"mjl", "mox.example"},
                           .to = {{"mjl", "mox.example"}},
                           .size = sent_message.size()}};
    talk.options.tls =
        TlsPolicy::verified(*world.trust(), "mx.example", TlsPolicy::Start::immediate);
    loop.run(submit(world, right ? "correct horse" : "wrong horse", talk));
    CHECK(world.end() == "");
    if (right) {
      REQUIRE(talk.sent.size() == 1);
      CHECK(talk.sent[0].error() == nullptr);
    } else {
      REQUIRE(talk.error);
      CHECK(talk.error->cause == Cause::reply);
      CHECK(talk.error->reply->code == 535);
      CHECK(talk.error->permanent);
    }
  }
}
