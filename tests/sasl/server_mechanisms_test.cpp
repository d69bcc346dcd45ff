// What a server offers, and EXTERNAL.
#include "sasl/mechanism.h"
#include "show_step.h"
#include "support/catch.h"
#include "support/fake_random.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;
using test::show;

namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef";

const sasl::ServerSide plain{.hostname = "mx.example", .decoy_key = key};
const sasl::ServerSide bound{
    .hostname = "mx.example", .bindings = {.tls_unique = "u"}, .decoy_key = key};
const sasl::ServerSide certified{.hostname = "mx.example",
                                 .bindings = {.tls_exporter = "e"},
                                 .client_certificate = true,
                                 .decoy_key = key};

std::string offer(const sasl::ServerSide& side) {
  std::string text;
  for (const auto name : sasl::server_mechanisms(side)) {
    if (!text.empty()) text += ' ';
    text += name;
  }
  return text;
}

} // namespace

TEST_CASE("what a server offers depends on the connection, and is what it has") {
  CHECK(offer(plain) == "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN");
  CHECK(offer(bound) == "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 CRAM-MD5 "
                        "PLAIN LOGIN");
  CHECK(offer(certified) == "EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS "
                            "SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN");
  test::FakeRandom random;
  for (const auto* side : {&plain, &bound, &certified}) {
    for (const auto name : sasl::server_mechanisms(certified)) {
      const auto text = " " + offer(*side) + " ";
      CAPTURE(text, name);
      const bool offered = text.contains(" " + std::string(name) + " ");
      CHECK((sasl::make_mechanism(name, *side, random) != nullptr) == offered);
    }
  }
  CHECK(sasl::make_mechanism("scram-sha-256-plus", bound, random));
  CHECK(sasl::make_mechanism("External", certified, random));
  for (const auto name : {""sv, "SCRAM"sv, "SCRAM-SHA-512"sv, "SCRAM-SHA-1-PLU"sv, "ANONYMOUS"sv,
                          "CRAM-MD5 "sv, "PLAIN\0"sv}) {
    CAPTURE(name);
    CHECK(!sasl::make_mechanism(name, certified, random));
  }
}

TEST_CASE("each name makes its mechanism") {
  struct Row {
    std::string_view name;
    std::string_view response;
    std::string want;
  };

  test::FakeRandom random;
  for (const auto& row : {
           Row{"PLAIN", "\0mjl\0secret"sv, "password of mjl: secret"},
           Row{"LOGIN", "mjl", "challenge Password:"},
           Row{"SCRAM-SHA-1", "n,,n=mjl,r=a", "need scram_sha_1 of mjl"},
           Row{"SCRAM-SHA-256", "n,,n=mjl,r=a", "need scram_sha_256 of mjl"},
           Row{"SCRAM-SHA-1-PLUS", "p=tls-exporter,,n=mjl,r=a", "need scram_sha_1 of mjl"},
           Row{"SCRAM-SHA-256-PLUS", "p=tls-exporter,,n=mjl,r=a", "need scram_sha_256 of mjl"},
           Row{"EXTERNAL", "mjl", "certificate of mjl"},
       }) {
    CAPTURE(row.name);
    CHECK(show(sasl::make_mechanism(row.name, certified, random)->start(row.response)) == row.want);
  }
}

TEST_CASE("EXTERNAL (RFC 4422 appendix A)") {
  struct Row {
    const char* name;
    std::string response;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"whoever has the key", "", "certificate of "},
      {"an address", "mjl@mox.example", "certificate of mjl@mox.example"},
      {"normal form C", "e\xCC\x81", "certificate of \xC3\xA9"},
      {"the longest", std::string(1024, 'x'), "certificate of " + std::string(1024, 'x')},
      {"too long", std::string(1025, 'x'), "refused: malformed"},
      {"a NUL", "mjl\0"s, "refused: malformed"},
      {"bad UTF-8", "\xFF", "refused: malformed"},
  };
  test::FakeRandom random;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto at_once = sasl::make_mechanism("EXTERNAL", certified, random);
    CHECK(show(at_once->start(row.response)) == row.want);
    CHECK(show(at_once->next(row.response)) == "refused: out of order");
    const auto asked = sasl::make_mechanism("EXTERNAL", certified, random);
    CHECK(show(asked->start(std::nullopt)) == "challenge ");
    CHECK(show(asked->next(row.response)) == row.want);
    CHECK(show(asked->answer("mjl", std::nullopt)) == "refused: out of order");
  }
}

TEST_CASE("PLAIN and LOGIN need no verifier between their steps") {
  test::FakeRandom random;
  for (const auto* name : {"PLAIN", "LOGIN"}) {
    const auto server = sasl::make_mechanism(name, plain, random);
    server->start(std::nullopt);
    CHECK(show(server->answer("mjl", "SCRAM-SHA-1$")) == "refused: out of order");
  }
}
