// STARTTLS and TLS from the first byte, by each policy.
#include "client_world.h"
#include "support/catch.h"
#include "tls/session.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;
using namespace std::chrono_literals;

namespace {

using Start = TlsPolicy::Start;

const std::string offer = "S: 250-mx.example\nS: 250-STARTTLS\nS: 250 PIPELINING\n";
const std::string start = hello + offer + "C: STARTTLS\nS: 220 2.0.0 go\n";
const std::string again = "C: EHLO client.example\nS: 250-mx.example\nS: 250 SIZE 5\n";
const std::string secured = "@tls\n" + again + bye;

enum class Policy { none, opportunistic, required_unverified, verified };

TlsPolicy make(ClientWorld& world, Policy policy, Start how, const std::string& name) {
  switch (policy) {
  case Policy::none: return TlsPolicy::none();
  case Policy::opportunistic: return TlsPolicy::opportunistic(world.trusting, name);
  case Policy::required_unverified:
    return TlsPolicy::required_unverified(world.trusting, name, how);
  case Policy::verified: return TlsPolicy::verified(world.tls.client, name, how);
  }
  return TlsPolicy::none();
}

struct Seen {
  bool tls = false;
  std::string name;
  smtp::Extensions extensions;
};

async::Task<> look(Client& client, Seen& seen) {
  seen.tls = client.tls() != nullptr;
  seen.extensions = client.extensions();
  co_return;
}

} // namespace

TEST_CASE("conversations with and without TLS") {
  struct Row {
    const char* name;
    Policy policy;
    Start start;
    std::string server_name;
    std::string script;
    bool tls;
  };

  const std::vector<Row> rows = {
      {"not wanted", Policy::none, Start::starttls, "", hello + offer + bye, false},
      {"not offered", Policy::opportunistic, Start::starttls, "mx.example",
       hello + "S: 250 mx.example\n" + bye, false},
      {"not offered by HELO", Policy::opportunistic, Start::starttls, "mx.example",
       hello + "S: 500 x\nC: HELO client.example\nS: 250-mx.example\nS: 250 STARTTLS\n" + bye,
       false},
      {"offered", Policy::opportunistic, Start::starttls, "mx.example", start + secured, true},
      {"anybody's certificate", Policy::opportunistic, Start::starttls, "other.example",
       start + secured, true},
      {"without a name", Policy::opportunistic, Start::starttls, "", start + secured, true},
      {"required, anybody's", Policy::required_unverified, Start::starttls, "other.example",
       start + secured, true},
      {"required, verified", Policy::verified, Start::starttls, "mx.example", start + secured,
       true},
      {"immediate, verified", Policy::verified, Start::immediate, "mx.example",
       "@tls\nS: 220 mx.example\n" + again + bye, true},
      {"immediate, anybody's", Policy::required_unverified, Start::immediate, "other.example",
       "@tls\nS: 220 mx.example\n" + again + bye, true},
      {"STARTTLS within TLS means nothing", Policy::verified, Start::immediate, "mx.example",
       "@tls\n" + hello + offer + bye, true},
      {"HELO within TLS", Policy::verified, Start::immediate, "mx.example",
       "@tls\n" + hello + "S: 500 x\nC: HELO client.example\nS: 250 mx.example\n" + bye, true},
  };
  for (const bool trickle : {false, true}) {
    for (const auto& row : rows) {
      CAPTURE(row.name, trickle);
      ClientWorld world;
      world.trickle = trickle;
      world.options.tls = make(world, row.policy, row.start, row.server_name);
      Seen seen;
      CHECK(world.play(row.script, [&](Client& client) { return look(client, seen); }) == "");
      CHECK((world.error ? world.error->text : "") == "");
      CHECK(seen.tls == row.tls);
      CHECK(world.options.tls.verifies() == (row.policy == Policy::verified));
      // Of what was said in plaintext, nothing is left.
      if (row.script.contains(again)) {
        CHECK(seen.extensions.max_size == 5);
        CHECK(!seen.extensions.pipelining);
        CHECK(!seen.extensions.starttls);
      }
    }
  }
}

TEST_CASE("TLS that does not come about") {
  struct Row {
    const char* name;
    Policy policy;
    Start start;
    std::string server_name;
    std::string script;
    Cause cause;
    Stage stage;
    bool permanent;
    std::string text; // is part of it
    std::uint16_t code;
  };

  const std::vector<Row> rows = {
      {"not offered", Policy::required_unverified, Start::starttls, "mx.example",
       hello + "S: 250 mx.example\n" + bye, Cause::tls, Stage::starttls, false,
       "mx.example does not offer STARTTLS, and TLS is required", 0},
      {"not offered, verified", Policy::verified, Start::starttls, "mx.example",
       hello + "S: 250 mx.example\n" + bye, Cause::tls, Stage::starttls, false,
       "mx.example does not offer STARTTLS, and TLS is required", 0},
      {"HELO only", Policy::verified, Start::starttls, "mx.example",
       hello + "S: 500 x\nC: HELO client.example\nS: 250 mx.example\n" + bye, Cause::tls,
       Stage::starttls, false, "mx.example does not offer STARTTLS", 0},
      {"refused for now", Policy::opportunistic, Start::starttls, "mx.example",
       hello + offer + "C: STARTTLS\nS: 454 4.7.0 no\n" + bye, Cause::tls, Stage::starttls, false,
       "STARTTLS: mx.example says 454 4.7.0 no", 454},
      {"refused for good", Policy::verified, Start::starttls, "mx.example",
       hello + offer + "C: STARTTLS\nS: 501 no\n" + bye, Cause::tls, Stage::starttls, true,
       "STARTTLS: mx.example says 501 no", 501},
      {"354 instead", Policy::verified, Start::starttls, "mx.example",
       hello + offer + "C: STARTTLS\nS: 354 x\n@eof\n", Cause::protocol, Stage::starttls, false,
       "STARTTLS: mx.example answers out of turn", 0},
      {"injected plaintext", Policy::verified, Start::starttls, "mx.example",
       hello + offer + "C: STARTTLS\nS: 220 go\nS: 250-mx.example\nS: 250 AUTH PLAIN\n@eof\n",
       Cause::tls, Stage::starttls, false,
       "mx.example: plaintext came behind the reply that starts TLS", 0},
      {"injected plaintext, opportunistic", Policy::opportunistic, Start::starttls, "mx.example",
       hello + offer + "C: STARTTLS\nS: 220 go\n@raw 2\n@eof\n", Cause::tls, Stage::starttls, false,
       "plaintext came behind the reply that starts TLS", 0},
      {"wrong name", Policy::verified, Start::starttls, "other.example", start + "@tls fails\n",
       Cause::tls, Stage::starttls, false, "hostname mismatch", 0},
      {"wrong name, immediate", Policy::verified, Start::immediate, "other.example", "@tls fails\n",
       Cause::tls, Stage::connect, false, "hostname mismatch", 0},
      {"no name", Policy::verified, Start::starttls, "", start + "@eof\n", Cause::tls,
       Stage::starttls, false, "a certificate can only be verified for a name", 0},
      {"no TLS after all", Policy::opportunistic, Start::starttls, "mx.example",
       start + "@take 100\n@say this is no handshake at all\n@close\n", Cause::tls, Stage::starttls,
       false, "mx.example: TLS handshake with 192.0.2.25:25: ", 0},
      {"plaintext where TLS must be", Policy::required_unverified, Start::immediate, "mx.example",
       "S: 220 mx.example ESMTP, and so on\n@close\n", Cause::tls, Stage::connect, false,
       "mx.example: TLS handshake with 192.0.2.25:25: ", 0},
      {"closed instead", Policy::opportunistic, Start::starttls, "mx.example", start + "@close\n",
       Cause::tls, Stage::starttls, false, "TLS handshake with", 0},
      {"EHLO refused within TLS", Policy::verified, Start::starttls, "mx.example",
       start + "@tls\nC: EHLO client.example\nS: 500 x\n" + bye, Cause::reply, Stage::ehlo, true,
       "EHLO client.example: mx.example says 500 x", 500},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.tls = make(world, row.policy, row.start, row.server_name);
    CHECK(world.play(row.script) == "");
    REQUIRE(world.error);
    CAPTURE(world.error->text);
    CHECK(world.error->cause == row.cause);
    CHECK(world.error->stage == row.stage);
    CHECK(world.error->permanent == row.permanent);
    CHECK(world.error->text.contains(row.text));
    CHECK((world.error->reply ? world.error->reply->code : 0) == row.code);
  }
}

TEST_CASE("an authority that nobody trusts") {
  ClientWorld world;
  auto stranger = tls::ClientContext::authorities(mox::test::make_pem("x").certificate).value();
  world.options.tls = TlsPolicy::verified(stranger, "mx.example", Start::starttls);
  CHECK(world.play(start + "@tls fails\n") == "");
  REQUIRE(world.error);
  CHECK(world.error->cause == Cause::tls);
  CHECK(world.error->text.contains("self-signed certificate"));
}

TEST_CASE("handshakes that take too long") {
  struct Row {
    const char* name;
    Start start;
    std::string script;
    Timeouts::Duration Timeouts::* timeout;
    Cause cause;
    Stage stage;
  };

  const std::vector<Row> rows = {
      {"STARTTLS", Start::starttls, hello + offer + "C: STARTTLS\n@eof\n", &Timeouts::starttls,
       Cause::timeout, Stage::starttls},
      {"handshake", Start::starttls, start + "@take 100\n@stall\n", &Timeouts::handshake,
       Cause::tls, Stage::starttls},
      {"immediate", Start::immediate, "@take 100\n@stall\n", &Timeouts::handshake, Cause::tls,
       Stage::connect},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    ClientWorld world;
    world.options.tls = TlsPolicy::required_unverified(world.trusting, "mx.example", row.start);
    world.options.timeouts.*row.timeout = 20ms;
    const auto problem = world.play(row.script);
    // The rest of the client's hello.
    CHECK((problem.empty() || problem.starts_with("the end expected")));
    REQUIRE(world.error);
    CHECK(world.error->cause == row.cause);
    CHECK(world.error->stage == row.stage);
    CHECK(world.error->text.contains("timeout"));
  }
}

TEST_CASE("a policy and a context that do not fit") {
  ClientWorld world;
  CHECK_THROWS_AS(TlsPolicy::verified(world.trusting, "mx.example", Start::starttls),
                  std::logic_error);
  CHECK_THROWS_AS(TlsPolicy::opportunistic(world.tls.client, "mx.example"), std::logic_error);
  CHECK_THROWS_AS(TlsPolicy::required_unverified(world.tls.client, "x", Start::immediate),
                  std::logic_error);
}

namespace {

async::Task<> give_away(Client& client, bool& with_tls) {
  const auto connection = std::move(client).release();
  with_tls = connection.tls() != nullptr;
  co_return;
}

} // namespace

TEST_CASE("the connection is given away with its TLS") {
  ClientWorld world;
  world.options.tls = TlsPolicy::opportunistic(world.trusting, "mx.example");
  bool with_tls = false;
  CHECK(world.play(start + "@tls\n" + again + "@eof\n",
                   [&](Client& client) { return give_away(client, with_tls); }) == "");
  CHECK(!world.error);
  CHECK(with_tls);
}
