// Our client against our server: every mechanism, bound to real TLS 1.2 and 1.3.
#include "sasl/client.h"
#include "sasl/mechanism.h"
#include "sasl/password.h"
#include "sasl/verifiers.h"
#include "show_step.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/tls_pair.h"
#include "support/tls_pipe.h"
#include "text/utf8.h"
#include "tls/session.h"
#include "tls/stream.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using test::show;

namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef";
constexpr sasl::PasswordCost cheap{.memory_kib = 8, .passes = 1, .lanes = 1};

// One user and what is kept of the password.
struct Store {
  std::string user;
  sasl::Verifiers verifiers;

  std::optional<std::string> find(const sasl::NeedVerifier& need) const {
    if (need.user != user) return std::nullopt;
    switch (need.kind) {
    case sasl::VerifierKind::scram_sha_1: return verifiers.scram_sha_1;
    case sasl::VerifierKind::scram_sha_256: return verifiers.scram_sha_256;
    case sasl::VerifierKind::cram_md5: return verifiers.cram_md5;
    }
    return std::nullopt;
  }
};

Store store_of(const std::string& user, std::string_view password) {
  test::FakeRandom random(7);
  return {.user = user, .verifiers = sasl::make_verifiers(password, random, cheap).value()};
}

// As a service does it: what the server says at the end, with "+" when the client agrees.
std::string talk(sasl::Mechanism& server, sasl::Client& client, const Store& store) {
  const auto initial = client.start().value();
  auto step =
      server.start(initial.empty() ? std::nullopt : std::optional<std::string_view>(initial));
  for (int i = 0; i < 10; ++i) {
    if (const auto* need = std::get_if<sasl::NeedVerifier>(&step)) {
      step = server.answer(text::casefold(need->user), store.find(*need));
    } else if (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
      const auto response = client.next(challenge->text);
      if (!response) return "the client: " + response.error().text;
      step = server.next(*response);
    } else {
      break;
    }
  }
  if (const auto* rejected = std::get_if<sasl::Rejected>(&step);
      rejected != nullptr && !rejected->last_message.empty())
    CHECK(!client.next(rejected->last_message));
  return show(step) + (client.finished() ? "+" : "");
}

std::string talk(std::string_view name, const sasl::ServerSide& side,
                 const sasl::ChannelBindings& client_bindings, const Store& store,
                 const std::string& user, const std::string& password) {
  test::FakeRandom random;
  const auto server = sasl::make_mechanism(name, side, random);
  REQUIRE(server);
  const sasl::Choice choice{.mechanism = name, .plus_offered = side.bindings.any()};
  auto client = sasl::make_client(choice,
                                  {.user = user,
                                   .password = text::Secret(std::string(password)),
                                   .has_client_certificate = true},
                                  client_bindings, random);
  REQUIRE(client);
  return talk(*server, **client, store);
}

// Both ends' bindings, and the fingerprint that the server sees.
struct Bound {
  sasl::ChannelBindings server;
  sasl::ChannelBindings client;
  std::string client_key;
};

Bound connect(bool tls12) {
  test::TlsPair tls;
  tls::ServerContext context(tls.store, {.request_client_certificate = true});
  if (tls12) tls.client.limit_to_tls12();
  const auto pem = test::make_pem("client.example");
  REQUIRE(tls.client.show(test::certificates({pem}).front()));
  test::Pipe pipe;
  pipe.client.capacity = 10'000; // tickets come behind the handshake, and nobody reads them here
  auto server = tls::Stream::server(context, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  REQUIRE(test::shake(server, client) == tls::Status::done);
  return {.server = server.channel_bindings(),
          .client = client.channel_bindings(),
          .client_key = server.session().client_key_sha256};
}

} // namespace

TEST_CASE("every mechanism, over TLS 1.2 and 1.3: right and wrong") {
  const auto store = store_of("mjl@mox.example", "correct horse");
  for (const bool tls12 : {false, true}) {
    const auto bound = connect(tls12);
    const sasl::ServerSide side{.hostname = "mx.example",
                                .bindings = bound.server,
                                .client_certificate = !bound.client_key.empty(),
                                .decoy_key = key};
    const auto names = sasl::server_mechanisms(side);
    CHECK(names.size() == 8);
    for (const auto name : names) {
      CAPTURE(tls12, name);
      const auto run = [&](const std::string& user, const std::string& password) {
        return talk(name, side, bound.client, store, user, password);
      };
      const auto right = run("mjl@mox.example", "correct horse");
      const auto wrong = run("mjl@mox.example", "wrong horse");
      const auto nobody = run("nobody@mox.example", "correct horse");
      if (name == "EXTERNAL") {
        CHECK(right == "certificate of mjl@mox.example+");
      } else if (name == "PLAIN" || name == "LOGIN") {
        CHECK(right == "password of mjl@mox.example: correct horse+");
        CHECK(sasl::check_password(store.verifiers.password, "correct horse").value());
      } else {
        CHECK(right == "accepted mjl@mox.example+");
        CHECK(wrong == (name == "CRAM-MD5" ? "rejected: wrong proof, +"
                                           : "rejected: wrong proof, e=invalid-proof"));
        CHECK(nobody == wrong);
      }
    }
  }
}

TEST_CASE("bound to one TLS connection, SCRAM is of no use on another") {
  const auto store = store_of("mjl", "correct horse");
  for (const bool tls12 : {false, true}) {
    const auto here = connect(tls12);
    const auto there = connect(tls12);
    const sasl::ServerSide side{.bindings = there.server, .decoy_key = key};
    for (const auto* name : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}) {
      CAPTURE(tls12, name);
      CHECK(talk(name, side, there.client, store, "mjl", "correct horse") == "accepted mjl+");
      CHECK(talk(name, side, here.client, store, "mjl", "correct horse") ==
            "rejected: wrong binding, e=channel-bindings-dont-match");
      // Each type alone.
      for (const auto member :
           {&sasl::ChannelBindings::tls_exporter, &sasl::ChannelBindings::tls_server_end_point,
            &sasl::ChannelBindings::tls_unique}) {
        if (!(there.client.*member)) continue;
        sasl::ChannelBindings right;
        right.*member = there.client.*member;
        CHECK(talk(name, side, right, store, "mjl", "correct horse") == "accepted mjl+");
        sasl::ChannelBindings wrong;
        wrong.*member = here.client.*member;
        CHECK(talk(name, side, wrong, store, "mjl", "correct horse") ==
              "rejected: wrong binding, e=channel-bindings-dont-match");
      }
    }
  }
}

TEST_CASE("a removed offer of -PLUS is noticed, one that is not wanted is not missed") {
  const auto store = store_of("mjl", "correct horse");
  const auto bound = connect(false);
  const sasl::ServerSide side{.bindings = bound.server, .decoy_key = key};
  for (const bool plus_offered : {false, true}) {
    CAPTURE(plus_offered);
    test::FakeRandom random;
    const auto server = sasl::make_mechanism("SCRAM-SHA-256", side, random);
    const sasl::Choice choice{.mechanism = "SCRAM-SHA-256", .plus_offered = plus_offered};
    auto client = sasl::make_client(
        choice, {.user = "mjl", .password = text::Secret(std::string("correct horse"))},
        bound.client, random);
    REQUIRE(client);
    CHECK(talk(*server, **client, store) ==
          (plus_offered ? "accepted mjl+"
                        : "rejected: downgraded, e=server-does-support-channel-binding"));
  }
}

TEST_CASE("names and passwords beyond ASCII, in every form of them") {
  struct Row {
    const char* name;
    std::string user;
    std::string password;
    bool right;
  };

  const auto store = store_of("a,b=\xC3\xA9", "\xC3\xA9t\xC3\xA9 2026");
  const std::vector<Row> rows = {
      {"as it is kept", "a,b=\xC3\xA9", "\xC3\xA9t\xC3\xA9 2026", true},
      {"in normal form D", "a,b=e\xCC\x81", "e\xCC\x81te\xCC\x81 2026", true},
      {"with another space", "a,b=\xC3\xA9",
       "\xC3\xA9t\xC3\xA9\xC2\xA0"
       "2026",
       true},
      {"other case", "a,b=\xC3\xA9", "\xC3\x89t\xC3\xA9 2026", false},
      // SASLprep would map these away; OpaqueString does not (RFC 8265 section 4.2).
      {"a soft hyphen", "a,b=\xC3\xA9", "\xC3\xA9t\xC3\xA9\xC2\xAD 2026", false},
      {"a full-width digit", "a,b=\xC3\xA9", "\xC3\xA9t\xC3\xA9 202\xEF\xBC\x96", false},
  };
  for (const auto& row : rows) {
    for (const auto* name : {"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"}) {
      CAPTURE(row.name, name);
      const auto outcome = talk(name, {.decoy_key = key}, {}, store, row.user, row.password);
      CHECK(outcome.starts_with(row.right ? "accepted" : "rejected: wrong proof"));
    }
  }
}
