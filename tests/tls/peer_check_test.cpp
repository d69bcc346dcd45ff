// What a client makes of a server's certificate, in each way to judge it.
#include "support/catch.h"
#include "support/issued.h"
#include "support/tls_pair.h"
#include "support/tls_pipe.h"
#include "tls/stream.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace mox;
using test::Pipe;
using test::shake;
using tls::HandshakeProblem;
using tls::Status;
using Kind = HandshakeProblem::Kind;
using std::chrono::days;

namespace {

class Judge final : public tls::PeerVerifier {
public:
  explicit Judge(std::optional<HandshakeProblem> says) : says_(std::move(says)) {}

  std::optional<HandshakeProblem>
  check(std::span<const std::string> chain) const noexcept override {
    seen.assign(chain.begin(), chain.end());
    return says_;
  }

  mutable std::vector<std::string> seen;

private:
  std::optional<HandshakeProblem> says_;
};

struct Server {
  test::Issued leaf;
  test::Issued authority;
  tls::CertificateStore store;
  tls::ServerContext context{store};

  Server(test::Issued own, test::Issued above)
      : leaf(std::move(own)), authority(std::move(above)),
        store({tls::Certificate::from_pem(leaf.pem() + authority.pem(), leaf.key_pem(), "test")
                   .value()}) {}
};

struct Outcome {
  bool done = false;
  std::optional<HandshakeProblem> problem; // of the handshake, or of the certificate observed
};

Outcome meet(Server& server, tls::ClientContext& context, const std::string& name = "mx.example") {
  Pipe pipe;
  auto theirs = tls::Stream::server(server.context, pipe.server).value();
  auto ours = tls::Stream::client(context, pipe.client, name).value();
  Outcome outcome{.done = shake(theirs, ours) == Status::done, .problem = ours.problem()};
  if (outcome.done) outcome.problem = ours.session().certificate_problem;
  if (outcome.problem) CHECK(!outcome.problem->text.empty());
  return outcome;
}

const test::Issued root = test::self_signed({.name = "root", .authority = true});

Server server_with(const test::Wanted& wanted) {
  return {test::issue(root, wanted), root};
}

} // namespace

TEST_CASE("certificates that authorities do not vouch for") {
  struct Row {
    const char* name;
    test::Wanted wanted;
    std::optional<Kind> problem;
  };

  const std::vector<Row> rows{
      {"good", {.name = "mx", .dns_names = {"mx.example"}}, std::nullopt},
      {"wrong name", {.name = "mx.example", .dns_names = {"b.example"}}, Kind::certificate_name},
      {"only a common name", {.name = "mx.example"}, Kind::certificate_name},
      {"a wildcard within", {.name = "mx", .dns_names = {"m*.example"}}, Kind::certificate_name},
      {"expired",
       {.name = "mx", .dns_names = {"mx.example"}, .from = days(-9), .until = days(-2)},
       Kind::certificate_expired},
      {"not yet valid",
       {.name = "mx", .dns_names = {"mx.example"}, .from = days(2), .until = days(9)},
       Kind::certificate_expired},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto server = server_with(row.wanted);
    auto strict = tls::ClientContext::authorities(root.pem()).value();
    const auto outcome = meet(server, strict);
    CHECK(outcome.done == !row.problem);
    CHECK(outcome.problem.has_value() == row.problem.has_value());
    if (outcome.problem) CHECK(outcome.problem->kind == row.problem);
    // The same, when it does not matter.
    auto observing = tls::ClientContext::like(strict).value();
    observing.only_observe();
    CHECK_FALSE(observing.verifies());
    const auto observed = meet(server, observing);
    CHECK(observed.done);
    CHECK(observed.problem == outcome.problem);
  }
}

TEST_CASE("a wildcard is one label") {
  auto server = server_with({.name = "mx", .dns_names = {"*.b.example"}});
  auto strict = tls::ClientContext::authorities(root.pem()).value();
  CHECK(meet(server, strict, "mx.b.example").done);
  CHECK_FALSE(meet(server, strict, "a.mx.b.example").done);
  CHECK_FALSE(meet(server, strict, "b.example").done);
}

TEST_CASE("an authority that is not ours") {
  auto server = server_with({.name = "mx", .dns_names = {"mx.example"}});
  const auto other = test::self_signed({.name = "other", .authority = true});
  auto strict = tls::ClientContext::authorities(other.pem()).value();
  CHECK(meet(server, strict).problem->kind == Kind::certificate_untrusted);
  auto nobody = tls::ClientContext::unverified().value();
  const auto outcome = meet(server, nobody, "");
  CHECK(outcome.done);
  CHECK_FALSE(outcome.problem);
}

TEST_CASE("a check of one's own") {
  auto server = server_with({.name = "mx", .dns_names = {"b.example"}});
  const auto content = std::make_shared<const Judge>(std::nullopt);
  auto alone = tls::ClientContext::checked_by(content).value();
  CHECK(alone.verifies());
  CHECK(meet(server, alone).done);
  CHECK(content->seen == std::vector{server.leaf.der(), root.der()});
  // It needs no name.
  CHECK(meet(server, alone, "").done);
  const HandshakeProblem no{.kind = Kind::certificate_records, .text = "no"};
  auto strict = tls::ClientContext::checked_by(std::make_shared<const Judge>(no)).value();
  const auto refused = meet(server, strict);
  CHECK_FALSE(refused.done);
  CHECK(refused.problem == no);
  strict.only_observe();
  const auto observed = meet(server, strict);
  CHECK(observed.done);
  CHECK(observed.problem == no);
}

TEST_CASE("authorities and a check of one's own") {
  auto good = server_with({.name = "mx", .dns_names = {"mx.example"}});
  auto bad = server_with({.name = "mx", .dns_names = {"b.example"}});
  const auto trusting = tls::ClientContext::authorities(root.pem()).value();
  const HandshakeProblem no{.kind = Kind::certificate_records, .text = "no"};
  auto content = tls::ClientContext::like(trusting).value();
  content.also_check(std::make_shared<const Judge>(std::nullopt));
  auto strict = tls::ClientContext::like(trusting).value();
  strict.also_check(std::make_shared<const Judge>(no));
  CHECK(meet(good, content).done);
  CHECK(meet(bad, content).problem->kind == Kind::certificate_name);
  CHECK(meet(good, strict).problem == no);
  CHECK(meet(bad, strict).problem->kind == Kind::certificate_name);
  auto alone = tls::ClientContext::like(tls::ClientContext::unverified().value()).value();
  alone.also_check(std::make_shared<const Judge>(no));
  CHECK(alone.verifies());
  CHECK(meet(good, alone, "").problem == no);
}

TEST_CASE("alerts, and what is no TLS") {
  auto server = server_with({.name = "mx", .dns_names = {"mx.example"}});
  auto client = tls::ClientContext::unverified().value();
  REQUIRE(client.limit({.oldest = "1.0", .newest = "1.1"}));
  // The server ends it: there is no version that both know.
  Pipe pipe;
  auto theirs = tls::Stream::server(server.context, pipe.server).value();
  auto ours = tls::Stream::client(client, pipe.client, "mx.example").value();
  for (int i = 0; i < 10'000 && !ours.problem(); ++i) {
    ours.handshake();
    theirs.handshake();
  }
  REQUIRE(ours.problem());
  CHECK(ours.problem()->kind == Kind::remote_alert);
  CHECK(ours.problem()->alert == 70);
  CHECK(tls::alert_name(70) == "protocol version");
  Pipe other;
  auto any = tls::ClientContext::unverified().value();
  auto puzzled = tls::Stream::client(any, other.client, "mx.example").value();
  other.client.arriving = "220 mx.example ESMTP, and so on\r\n";
  for (int i = 0; i < 10'000 && !puzzled.problem(); ++i) {
    puzzled.handshake();
    other.server.arriving.clear();
  }
  REQUIRE(puzzled.problem());
  CHECK(puzzled.problem()->kind == Kind::not_tls);
}

TEST_CASE("limits of a client") {
  auto client = tls::ClientContext::unverified().value();
  CHECK(client.limit({}));
  CHECK(client.limit({.oldest = "1.3", .cipher_suites = "TLS_AES_128_GCM_SHA256"}));
  CHECK(client.limit({.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256", .groups = "P-256:X25519"}));
  CHECK_FALSE(client.limit({.oldest = "2"}));
  CHECK_FALSE(client.limit({.ciphers = "nonsense"}));
  CHECK_FALSE(client.limit({.cipher_suites = "nonsense"}));
  CHECK_FALSE(client.limit({.groups = "nonsense"}));
}
