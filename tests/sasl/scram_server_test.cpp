// The server's side of SCRAM: the examples of the RFCs, and all that a client can do wrong.
#include "sasl/decoy.h"
#include "sasl/hash.h"
#include "sasl/scram_verifier.h"
#include "sasl/server_mechanisms.h"
#include "show_step.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "text/base64.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;
using sasl::Hash;
using test::show;

namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef";

std::string unbase64(std::string_view text) {
  return text::base64_decode(text).value();
}

struct Example {
  Hash hash;
  std::string_view kind;
  std::string_view salt;
  std::string_view server_nonce;
  std::string_view client_first;
  std::string_view server_first;
  std::string_view client_final;
  std::string_view server_final;
};

// RFC 5802 section 5 and RFC 7677 section 3; the user is "user", the password "pencil".
constexpr Example examples[] = {
    {Hash::sha1, "scram_sha_1", "QSXCR+Q6sek8bf92", "3rfcNHYJY1ZVvWVs7j",
     "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
     "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
     "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {Hash::sha256, "scram_sha_256", "W22ZaJ0SNY7soEsUEjb6gQ==", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
     "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="}};

std::unique_ptr<sasl::Mechanism>
server_of(const Example& example, const sasl::ChannelBindings& bindings = {}, bool plus = false) {
  return sasl::make_scram_server({.hash = example.hash,
                                  .plus = plus,
                                  .bindings = bindings,
                                  .decoy_key = text::Secret(std::string(key)),
                                  .nonce = std::string(example.server_nonce)});
}

std::string pencil(const Example& example) {
  return to_string(sasl::make_scram_verifier(example.hash, "pencil", unbase64(example.salt), 4096));
}

// A client that does all right, however the exchange is bound: what it sends last.
std::string final_of(const Example& example, const std::string& header, const std::string& data,
                     const std::string& bare, std::string_view server_first) {
  const auto nonce = server_first.substr(2, server_first.find(',') - 2);
  const auto without_proof = "c=" + text::base64_encode(header + data) + ",r=" + std::string(nonce);
  const auto exchange = bare + "," + std::string(server_first) + "," + without_proof;
  const auto keys = sasl::scram_keys(example.hash, "pencil", unbase64(example.salt), 4096);
  const auto signature =
      sasl::hmac(example.hash, sasl::digest(example.hash, keys.client.view()), exchange);
  return without_proof +
         ",p=" + text::base64_encode(sasl::exclusive_or(keys.client.view(), signature));
}

// Until the last message is wanted.
std::string begin(sasl::Mechanism& server, const Example& example, std::string_view first) {
  auto step = server.start(first);
  if (!std::holds_alternative<sasl::NeedVerifier>(step)) return show(step);
  step = server.answer("user", pencil(example));
  return show(step);
}

const sasl::ChannelBindings all_bindings{
    .tls_exporter = "exported", .tls_server_end_point = "end point", .tls_unique = "unique"};

} // namespace

TEST_CASE("SCRAM: the examples of RFC 5802 section 5 and RFC 7677 section 3") {
  for (const auto& example : examples) {
    for (const bool at_once : {true, false}) {
      CAPTURE(example.kind, at_once);
      const auto server = server_of(example);
      if (!at_once) CHECK(show(server->start(std::nullopt)) == "challenge ");
      CHECK(show(at_once ? server->start(example.client_first)
                         : server->next(example.client_first)) ==
            "need " + std::string(example.kind) + " of user");
      CHECK(show(server->answer("user", pencil(example))) ==
            "challenge " + std::string(example.server_first));
      CHECK(show(server->next(example.client_final)) ==
            "challenge " + std::string(example.server_final));
      CHECK(show(server->next("")) == "accepted user");
      CHECK(show(server->next("")) == "refused: out of order");
      CHECK(show(server->start(example.client_first)) == "refused: out of order");
      CHECK(show(server->answer("user", pencil(example))) == "refused: out of order");
    }
  }
}

TEST_CASE("SCRAM: first messages that are refused, and how the client is told") {
  struct Row {
    const char* name;
    std::string first;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"oneself as the other", "n,a=user,n=user,r=abc", "need scram_sha_256 of user"},
      {"oneself in two forms", "n,a=\xC3\xA9,n=e\xCC\x81,r=abc", "need scram_sha_256 of \xC3\xA9"},
      {"somebody else", "n,a=root,n=user,r=abc", "rejected: other user, e=other-error"},
      {"bound, where nothing is", "p=tls-unique,,n=user,r=abc",
       "rejected: unsupported binding, e=channel-binding-not-supported"},
      {"malformed", "n,,n=user", "rejected: malformed, e=other-error"},
      {"empty", "", "rejected: malformed, e=other-error"},
      {"bad UTF-8", "n,,n=\xFF,r=abc", "rejected: malformed, e=invalid-encoding"},
      {"a NUL", "n,,n=u\0,r=abc"s, "rejected: malformed, e=invalid-encoding"},
      {"a bad name", "n,,n=a=b,r=abc", "rejected: malformed, e=invalid-username-encoding"},
      {"a mandatory extension", "n,,m=x,n=user,r=abc",
       "rejected: malformed, e=extensions-not-supported"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto server = server_of(examples[1]);
    CHECK(show(server->start(row.first)) == row.want);
    CHECK(show(server->next(row.first)) == "refused: out of order");
  }
}

TEST_CASE("SCRAM: last messages that are refused, and how the client is told") {
  const auto& example = examples[1];
  const std::string nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const std::string proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  std::string wrong_proof = proof;
  wrong_proof[0] = 'e';

  struct Row {
    const char* name;
    std::string final;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"right", "c=biws,r=" + nonce + ",p=" + proof,
       "challenge " + std::string(example.server_final)},
      {"a wrong proof", "c=biws,r=" + nonce + ",p=" + wrong_proof,
       "rejected: wrong proof, e=invalid-proof"},
      {"no proof", "c=biws,r=" + nonce + ",p=", "rejected: wrong proof, e=invalid-proof"},
      {"a proof too short", "c=biws,r=" + nonce + ",p=dHzb",
       "rejected: wrong proof, e=invalid-proof"},
      {"a proof too long", "c=biws,r=" + nonce + ",p=" + text::base64_encode(std::string(33, 'p')),
       "rejected: wrong proof, e=invalid-proof"},
      {"an extension that was not proven", "c=biws,r=" + nonce + ",x=y,p=" + proof,
       "rejected: wrong proof, e=invalid-proof"},
      {"no base64", "c=biws,r=" + nonce + ",p=dHzb!", "rejected: malformed, e=invalid-encoding"},
      {"our part of the nonce is missing", "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + proof,
       "rejected: malformed, e=other-error"},
      {"another nonce", "c=biws,r=" + nonce + "x,p=" + proof, "rejected: malformed, e=other-error"},
      {"another flag than before", "c=eSws,r=" + nonce + ",p=" + proof,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"no flag", "c=,r=" + nonce + ",p=" + proof,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"a binding that was not announced",
       "c=" + text::base64_encode("n,,exported") + ",r=" + nonce + ",p=" + proof,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"no nonce", "c=biws,p=" + proof, "rejected: malformed, e=other-error"},
      {"empty", "", "rejected: malformed, e=other-error"},
      {"the first message again", std::string(example.client_first),
       "rejected: malformed, e=other-error"},
      {"a mandatory extension", "c=biws,r=" + nonce + ",m=x,p=" + proof,
       "rejected: malformed, e=extensions-not-supported"},
      {"too long", "c=biws,r=" + nonce + ",x=" + std::string(9000, 'x') + ",p=" + proof,
       "rejected: malformed, e=other-error"},
      {"a NUL", "c=biws,r=" + nonce + ",p=" + proof + '\0',
       "rejected: malformed, e=invalid-encoding"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto server = server_of(example);
    REQUIRE(begin(*server, example, example.client_first) ==
            "challenge " + std::string(example.server_first));
    const auto step = show(server->next(row.final));
    CHECK(step == row.want);
    if (step.starts_with("rejected")) CHECK(show(server->next("")) == "refused: out of order");
  }
}

TEST_CASE("SCRAM: only an empty response follows the server's proof") {
  for (const auto* response : {"x", "=", "*"}) {
    const auto server = server_of(examples[0]);
    begin(*server, examples[0], examples[0].client_first);
    CHECK(show(server->next(examples[0].client_final)).starts_with("challenge v="));
    CHECK(show(server->next(response)) == "refused: malformed");
    CHECK(show(server->next("")) == "refused: out of order");
  }
}

TEST_CASE("SCRAM: steps in the wrong order") {
  const auto& example = examples[0];
  const auto early = server_of(example);
  CHECK(show(early->answer("user", pencil(example))) == "refused: out of order");
  const auto waiting = server_of(example);
  CHECK(show(waiting->start(example.client_first)) == "need scram_sha_1 of user");
  CHECK(show(waiting->next(example.client_final)) == "refused: out of order");
  CHECK(show(waiting->answer("user", pencil(example))) == "refused: out of order");
}

TEST_CASE("SCRAM: bindings of every type (RFC 5802 section 6)") {
  struct Row {
    const char* name;
    std::string header;
    std::string data;
    sasl::ChannelBindings bindings;
    bool plus;
    std::string want; // of the last step that the client reaches
  };

  const sasl::ChannelBindings unique_only{.tls_unique = "unique"};
  const std::vector<Row> rows = {
      {"tls-exporter", "p=tls-exporter,,", "exported", all_bindings, true, "accepted user"},
      {"tls-server-end-point", "p=tls-server-end-point,,", "end point", all_bindings, true,
       "accepted user"},
      {"tls-unique", "p=tls-unique,,", "unique", all_bindings, true, "accepted user"},
      {"unbound, without TLS", "n,,", "", {}, false, "accepted user"},
      {"unbound, though it could be", "n,,", "", all_bindings, false, "accepted user"},
      {"no -PLUS was offered", "y,,", "", {}, false, "accepted user"},
      {"somebody took -PLUS out of the offer", "y,,", "", all_bindings, false,
       "rejected: downgraded, e=server-does-support-channel-binding"},
      {"the same with -PLUS", "y,,", "", all_bindings, true,
       "rejected: downgraded, e=server-does-support-channel-binding"},
      {"-PLUS, but unbound", "n,,", "", all_bindings, true, "rejected: malformed, e=other-error"},
      {"bound, but without -PLUS", "p=tls-unique,,", "unique", all_bindings, false,
       "rejected: unsupported binding, e=channel-binding-not-supported"},
      {"a type that this connection has not", "p=tls-exporter,,", "exported", unique_only, true,
       "rejected: unsupported binding, e=unsupported-channel-binding-type"},
      {"an unknown type", "p=tls-unheard,,", "x", all_bindings, true,
       "rejected: unsupported binding, e=unsupported-channel-binding-type"},
      {"a type in another case", "p=TLS-UNIQUE,,", "unique", all_bindings, true,
       "rejected: unsupported binding, e=unsupported-channel-binding-type"},
      {"bytes of another connection", "p=tls-exporter,,", "somebody's", all_bindings, true,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"bytes of another type", "p=tls-exporter,,", "unique", all_bindings, true,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"no bytes", "p=tls-exporter,,", "", all_bindings, true,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"bytes behind", "p=tls-exporter,,", "exported.", all_bindings, true,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
      {"bytes without announcement",
       "n,,",
       "exported",
       {},
       false,
       "rejected: wrong binding, e=channel-bindings-dont-match"},
  };
  for (const auto& example : examples) {
    for (const auto& row : rows) {
      CAPTURE(example.kind, row.name);
      const auto server = server_of(example, row.bindings, row.plus);
      const std::string bare = "n=user,r=abc";
      auto step = begin(*server, example, row.header + bare);
      if (step.starts_with("challenge r="))
        step = show(server->next(final_of(example, row.header, row.data, bare, step.substr(10))));
      if (step.starts_with("challenge v=")) step = show(server->next(""));
      CHECK(step == row.want);
    }
  }
}

TEST_CASE("SCRAM: an unknown user looks like a wrong password") {
  test::FakeRandom random;
  const sasl::ServerSide side{.hostname = "mx.example", .decoy_key = key};
  for (const auto& example : examples) {
    CAPTURE(example.kind);
    const auto* name = example.hash == Hash::sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256";
    const auto ask = [&](std::string_view user, std::optional<std::string> verifier,
                         std::string_view login) {
      const auto server = sasl::make_mechanism(name, side, random);
      server->start("n,,n=" + std::string(user) + ",r=abc");
      const auto step = server->answer(login, verifier);
      return std::get<sasl::Challenge>(step).text.substr(std::string("r=abc").size() + 24);
    };
    const auto real =
        to_string(sasl::make_scram_verifier(example.hash, "pencil", "0123456789abcdef"));
    // The form is the same, and so is the cost.
    CHECK(ask("user", real, "user") == ",s=MDEyMzQ1Njc4OWFiY2RlZg==,i=10000");
    const auto unknown = ask("nobody", std::nullopt, "nobody");
    CHECK(unknown.size() == ask("user", real, "user").size());
    CHECK(unknown.ends_with("==,i=10000"));
    // It stays the same, however the login is written, and differs from one to the next.
    CHECK(ask("NOBODY", std::nullopt, "nobody") == unknown);
    CHECK(ask("nobody2", std::nullopt, "nobody2") != unknown);

    const auto server = server_of(example);
    server->start(example.client_first);
    const auto step = show(server->answer("user", std::nullopt));
    CHECK(show(server->next(final_of(example, "n,,", "", "n=user,r=abc", step.substr(10)))) ==
          "rejected: wrong proof, e=invalid-proof");
  }
}

TEST_CASE("SCRAM: stored verifiers that are none are told from wrong passwords") {
  const auto& example = examples[0];
  for (const auto& stored :
       {""s, "SCRAM-SHA-1$4096"s, pencil(examples[1]), "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"s}) {
    CAPTURE(stored);
    const auto server = server_of(example);
    server->start(example.client_first);
    CHECK(show(server->answer("user", stored)) == "rejected: corrupt verifier, e=other-error");
    CHECK(show(server->next("")) == "refused: out of order");
  }
}

TEST_CASE("SCRAM: every attempt has a nonce of its own") {
  test::FakeRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto server = sasl::make_mechanism("SCRAM-SHA-256", {.decoy_key = key}, random);
    server->start("n,,n=user,r=abc");
    const auto step = server->answer("user", std::nullopt);
    const auto& text = std::get<sasl::Challenge>(step).text;
    CHECK(text.starts_with("r=abc"));
    seen.insert(text.substr(5, 24));
  }
  CHECK(seen.size() == 100);
}
