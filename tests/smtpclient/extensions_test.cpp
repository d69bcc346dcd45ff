// What a message needs, and what is done when the server does not have it.
#include "client_world.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;

namespace {

struct Need {
  Content content = Content::seven_bit;
  bool smtputf8 = false;
  bool require_tls = false;
  std::uint64_t size = 20;
  smtp::Path from = path("a", "a.example");
  smtp::Path to = path("x");
};

Envelope make(const Need& need) {
  return {.from = need.from,
          .to = {need.to},
          .size = need.size,
          .content = need.content,
          .smtputf8 = need.smtputf8,
          .require_tls = need.require_tls};
}

async::Task<> send_one(Client& client, const Envelope& envelope, Sent& sent) {
  TextSource source(some_message);
  sent = co_await client.send(envelope, source);
}

const std::string rest = "S: 250 ok\nC: DATA\nS: 354 go\n@message\nS: 250 ok\n" + bye;

} // namespace

TEST_CASE("what is said for a message") {
  struct Row {
    const char* name;
    const char* extensions;
    Need need;
    std::string mail;
    std::string rcpt = "RCPT TO:<x@b.example>";
  };

  const std::vector<Row> rows = {
      {"nothing", "", {}, "MAIL FROM:<a@a.example>"},
      {"from nobody", "", {.from = {}}, "MAIL FROM:<>"},
      {"size", "SIZE", {}, "MAIL FROM:<a@a.example> SIZE=20"},
      {"size at the limit", "SIZE 20", {}, "MAIL FROM:<a@a.example> SIZE=20"},
      {"size without a limit",
       "SIZE 0",
       {.size = 1U << 31U},
       "MAIL FROM:<a@a.example> SIZE=2147483648"},
      {"7 bit", "8BITMIME", {}, "MAIL FROM:<a@a.example>"},
      {"8 bit",
       "8BITMIME",
       {.content = Content::eight_bit},
       "MAIL FROM:<a@a.example> BODY=8BITMIME"},
      {"8 bit, strict",
       "8BITMIME",
       {.content = Content::eight_bit_strict},
       "MAIL FROM:<a@a.example> BODY=8BITMIME"},
      {"8 bit, not offered", "", {.content = Content::eight_bit}, "MAIL FROM:<a@a.example>"},
      {"SMTPUTF8 not needed", "SMTPUTF8", {}, "MAIL FROM:<a@a.example>"},
      {"SMTPUTF8 for the header",
       "SMTPUTF8",
       {.smtputf8 = true},
       "MAIL FROM:<a@a.example> SMTPUTF8"},
      {"SMTPUTF8 for the sender",
       "SMTPUTF8",
       {.from = path("\xc3\xa4", "a.example")},
       "MAIL FROM:<\xc3\xa4@a.example> SMTPUTF8"},
      {"SMTPUTF8 for the recipient",
       "SMTPUTF8",
       {.to = path("\xc3\xa4")},
       "MAIL FROM:<a@a.example> SMTPUTF8",
       "RCPT TO:<\xc3\xa4@b.example>"},
      {"domains can be said in ASCII",
       "SMTPUTF8",
       {.from = path("a", "\xc3\xa4.example"), .to = path("x", "\xc3\xa4.example")},
       "MAIL FROM:<a@xn--4ca.example>",
       "RCPT TO:<x@xn--4ca.example>"},
      {"all",
       "SIZE 100;8BITMIME;SMTPUTF8",
       {.content = Content::eight_bit, .smtputf8 = true},
       "MAIL FROM:<a@a.example> SIZE=20 BODY=8BITMIME SMTPUTF8"},
      {"a postmaster of no domain",
       "",
       {.to = path("Postmaster", "")},
       "MAIL FROM:<a@a.example>",
       "RCPT TO:<Postmaster>"},
      {"quoted",
       "",
       {.from = path("a b", "a.example"), .to = path("\"", "[192.0.2.1]")},
       "MAIL FROM:<\"a b\"@a.example>",
       "RCPT TO:<\"\\\"\"@[192.0.2.1]>"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    CHECK(world.send(row.extensions, "C: " + row.mail + "\nS: 250 ok\nC: " + row.rcpt + "\n" + rest,
                     {make(row.need)}) == "");
    CHECK(world.sent.front().error() == nullptr);
  }
}

TEST_CASE("what a server does not have") {
  struct Row {
    const char* name;
    const char* extensions;
    Need need;
    Cause cause;
    Stage stage;
    std::string text;
  };

  const std::vector<Row> rows = {
      {"too large",
       "SIZE 19",
       {},
       Cause::too_large,
       Stage::mail,
       "the message has 20 bytes, mx.example takes at most 19"},
      {"8 bit",
       "SIZE",
       {.content = Content::eight_bit_strict},
       Cause::no_8bitmime,
       Stage::mail,
       "mx.example does not take 8-bit messages"},
      {"header",
       "8BITMIME",
       {.smtputf8 = true},
       Cause::no_smtputf8,
       Stage::mail,
       "mx.example does not take messages with UTF-8 in the header"},
      {"sender",
       "8BITMIME",
       {.from = path("\xc3\xa4", "a.example")},
       Cause::no_smtputf8,
       Stage::mail,
       "MAIL FROM:<\xc3\xa4@a.example>: mx.example does not take addresses with UTF-8"},
      {"recipient",
       "8BITMIME",
       {.to = path("\xc3\xa4")},
       Cause::no_smtputf8,
       Stage::rcpt,
       "RCPT TO:<\xc3\xa4@b.example>: mx.example does not take addresses with UTF-8"},
      {"TLS",
       "REQUIRETLS",
       {.require_tls = true},
       Cause::no_requiretls,
       Stage::mail,
       "the message requires verified TLS, which there is not with mx.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    CHECK(world.send(row.extensions, bye, {make(row.need)}) == "");
    REQUIRE(world.sent.front().error() != nullptr);
    const auto& error = *world.sent.front().error();
    CHECK(error.cause == row.cause);
    CHECK(error.stage == row.stage);
    CHECK(error.permanent);
    CHECK(!error.reply);
    CHECK(error.text == row.text);
  }
}

TEST_CASE("one recipient that the server cannot take leaves the others") {
  Envelope both = envelope({"\xc3\xa4", "x"});
  ClientWorld world;
  CHECK(world.send("", "C: MAIL FROM:<a@a.example>\nS: 250 ok\nC: RCPT TO:<x@b.example>\n" + rest,
                   {both}) == "");
  const auto& sent = world.sent.front();
  REQUIRE(!sent.recipients[0]);
  CHECK(sent.recipients[0].error().cause == Cause::no_smtputf8);
  CHECK(sent.recipients[1]);
}

TEST_CASE("addresses that would say something else") {
  const std::vector<smtp::Path> bad = {path("x", "b.example> SIZE=1"),
                                       path("x\r\nDATA", "b.example"),
                                       path("x", "b.example\r\n"),
                                       path("x", "a b"),
                                       path("", "b.example>"),
                                       path("x", ""),
                                       path("\xff", "b.example"),
                                       path("x", "[b]"),
                                       path("x@y", "b@c")};
  for (const auto& address : bad) {
    CAPTURE(address.localpart, address.domain);
    for (const bool sender : {true, false}) {
      Need need;
      (sender ? need.from : need.to) = address;
      ClientWorld world;
      CHECK(world.send("PIPELINING;SMTPUTF8", bye, {make(need)}) == "");
      REQUIRE(world.sent.front().error() != nullptr);
      CHECK(world.sent.front().error()->cause == Cause::bad_address);
      CHECK(world.sent.front().error()->stage == (sender ? Stage::mail : Stage::rcpt));
      CHECK(world.sent.front().error()->permanent);
    }
  }
  ClientWorld world;
  CHECK(world.send("", bye, {make({.to = {}})}) == "");
  CHECK(world.sent.front().error()->cause == Cause::bad_address);
}

TEST_CASE("REQUIRETLS") {
  const std::string secure = "@tls\nC: EHLO client.example\nS: 250-mx.example\nS: 250 ";
  const std::string open = hello + "S: 250-mx.example\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n";
  const std::string mail = "C: MAIL FROM:<a@a.example> REQUIRETLS\nS: 250 ok\n"
                           "C: RCPT TO:<x@b.example>\n";

  struct Row {
    const char* name;
    bool verified;
    std::string script;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"offered", true, open + secure + "REQUIRETLS\n" + mail + rest, ""},
      {"not offered", true, open + secure + "HELP\n" + bye,
       "the message requires TLS on its whole way, which mx.example does not promise"},
      {"not verified", false, open + secure + "REQUIRETLS\n" + bye,
       "the message requires verified TLS, which there is not with mx.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.tls = row.verified ? TlsPolicy::verified(world.tls.client, "mx.example",
                                                           TlsPolicy::Start::starttls)
                                     : TlsPolicy::opportunistic(world.trusting, "mx.example");
    Sent sent;
    const auto envelope = make({.require_tls = true});
    CHECK(world.play(row.script,
                     [&](Client& client) { return send_one(client, envelope, sent); }) == "");
    CHECK((world.error ? world.error->text : "") == "");
    CHECK((sent.error() == nullptr ? "" : sent.error()->text) == row.want);
    if (sent.error() != nullptr) CHECK(sent.error()->cause == Cause::no_requiretls);
  }
}
