// Deliveries to a server, with the TLS that was decided.
#include "client_world.h"
#include "dane/make_record.h"
#include "smtpclient/delivery_policy.h"
#include "support/catch.h"
#include "tls/session.h"

#include <optional>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::smtpclient;
using namespace mox::smtpclient::test;

namespace {

const std::string start =
    hello + "S: 250-mx.example\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 2.0.0 go\n";
const std::string secured = start + "@tls\nC: EHLO client.example\nS: 250 mx.example\n" + bye;
const std::string turned_down = start + "@tls fails\n";

dns::Name name(std::string_view text) {
  return dns::parse_name(text).value();
}

struct World : ClientWorld {
  tls::ClientContext authorities = tls::ClientContext::authorities(tls.pem.certificate).value();
  tls::ClientContext strangers =
      tls::ClientContext::authorities(mox::test::make_pem("x").certificate).value();
  std::optional<tls::HandshakeProblem> observed;
  bool verifies = false;

  dns::Tlsa record(int usage) const {
    return dane::make_record(static_cast<std::uint8_t>(usage), 1, 1, tls.pem.certificate).value();
  }

  // "" when the script was followed, else what the server misses; and the result type, if any.
  std::string meet(const mxpolicy::Decision& decision, std::vector<dns::Tlsa> records,
                   const std::string& script, bool trusted = true,
                   const std::string& host = "mx.example") {
    error.reset();
    auto& strict = trusted ? authorities : strangers;
    auto observing = tls::ClientContext::like(strict).value();
    observing.only_observe();
    const DeliveryHost delivery{
        .name = name(host), .tlsa_records = std::move(records), .names = {name(host)}};
    options.tls = delivery_policy(decision, delivery, {strict, observing, clock}).value();
    verifies = options.tls.verifies();
    const auto missed = play(script, [&](Client& client) { return look(client); });
    if (!error) return missed;
    CHECK(error->cause == Cause::tls);
    REQUIRE(error->tls);
    return missed + error->tls->result_type + " " + error->tls->reason;
  }

  async::Task<> look(Client& client) {
    observed = client.tls() != nullptr ? client.tls()->certificate_problem : std::nullopt;
    co_return;
  }
};

constexpr mxpolicy::Decision by_dane{.tls_required = true, .verify_dane = true};
constexpr mxpolicy::Decision by_sts{.tls_required = true, .verify_authorities = true};
constexpr mxpolicy::Decision by_both{
    .tls_required = true, .verify_dane = true, .verify_authorities = true};
constexpr mxpolicy::Decision some_tls{.tls_required = true};
constexpr mxpolicy::Decision any{.may_retry_plaintext = true};

} // namespace

TEST_CASE("DANE decides") {
  World world;
  CHECK(world.meet(by_dane, {world.record(3)}, secured) == "");
  CHECK(world.verifies);
  // Neither authorities nor the name matter.
  CHECK(world.meet(by_dane, {world.record(3)}, secured, false) == "");
  CHECK(world.meet(by_dane, {world.record(3)}, secured, false, "other.example") == "");
  CHECK(world.meet(by_dane, {{3, 1, 1, std::string(32, 'x')}}, turned_down) ==
        "validation-failure dane-no-match");
  // A roll-over: the old and the new key.
  CHECK(world.meet(by_dane, {{3, 1, 1, std::string(32, 'x')}, world.record(3)}, secured) == "");
  // The server's certificate is not its own authority, and PKIX does not count for mail.
  CHECK(world.meet(by_dane, {world.record(2)}, turned_down) == "validation-failure dane-no-match");
  CHECK(world.meet(by_dane, {world.record(1)}, turned_down) == "validation-failure dane-no-match");
}

TEST_CASE("authorities decide") {
  World world;
  CHECK(world.meet(by_sts, {}, secured) == "");
  CHECK(world.verifies);
  CHECK(world.meet(by_sts, {}, turned_down, false) == "certificate-not-trusted ");
  CHECK(world.meet(by_sts, {}, turned_down, true, "other.example") == "certificate-host-mismatch ");
}

TEST_CASE("both decide") {
  World world;
  CHECK(world.meet(by_both, {world.record(3)}, secured) == "");
  CHECK(world.meet(by_both, {world.record(3)}, turned_down, false) == "certificate-not-trusted ");
  CHECK(world.meet(by_both, {{3, 1, 1, std::string(32, 'x')}}, turned_down) ==
        "validation-failure dane-no-match");
}

TEST_CASE("nobody decides, but somebody looks") {
  World world;
  for (const auto& decision : {any, some_tls}) {
    CHECK(world.meet(decision, {}, secured) == "");
    CHECK_FALSE(world.verifies);
    CHECK_FALSE(world.observed);
    CHECK(world.meet(decision, {}, secured, false) == "");
    REQUIRE(world.observed);
    CHECK(tls_failure(*world.observed) == TlsFailure{"certificate-not-trusted", ""});
  }
}

TEST_CASE("no TLS") {
  World world;
  const std::string none = hello + "S: 250 mx.example\n" + bye;
  CHECK(world.meet(any, {}, none) == "");
  for (const auto& decision : {some_tls, by_dane, by_sts, by_both})
    CHECK(world.meet(decision, {world.record(3)}, none) == "starttls-not-supported ");
  const std::string no =
      hello + "S: 250-mx.example\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 x\n" + bye;
  for (const auto& decision : {any, some_tls, by_dane})
    CHECK(world.meet(decision, {world.record(3)}, no) ==
          "starttls-not-supported smtp-starttls-reply-code-454");
  CHECK(world.meet(any, {}, start + "@close\n") ==
        "validation-failure connection-closed-during-handshake");
  CHECK(world.meet(any, {}, start + "@take 100\n@say this is no handshake at all\n@close\n") ==
        "validation-failure tls-record-header-error");
  world.options.timeouts.handshake = std::chrono::milliseconds(50);
  CHECK(world.meet(any, {}, start + "@stall\n") ==
        "validation-failure io-timeout-during-handshake");
}

TEST_CASE("TLS that nobody has offered") {
  World world;
  world.options.tls =
      TlsPolicy::required_unverified(world.trusting, "mx.example", TlsPolicy::Start::starttls)
          .insisting();
  const std::string script = hello +
                             "S: 250 mx.example\nC: STARTTLS\nS: 220 go\n@tls\n"
                             "C: EHLO client.example\nS: 250 mx.example\n" +
                             bye;
  CHECK(world.play(script) == "");
  CHECK_FALSE(world.error);
}

TEST_CASE("problems of handshakes in the words of reports") {
  using Kind = tls::HandshakeProblem::Kind;
  const auto words = [](Kind kind, std::uint8_t alert = 0) {
    const auto failure = tls_failure({.kind = kind, .alert = alert, .text = "x"});
    return failure.result_type + " " + failure.reason;
  };
  CHECK(words(Kind::certificate_expired) == "certificate-expired ");
  CHECK(words(Kind::remote_alert, 40) ==
        "validation-failure tls-remote-alert-40-handshake-failure");
  CHECK(words(Kind::local_alert, 48) == "validation-failure tls-local-alert-48-unknown-CA");
  CHECK(words(Kind::other) == "validation-failure ");
}
