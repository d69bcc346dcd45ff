// Which mechanism a client takes.
#include "sasl/client.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;

namespace {

using Names = std::vector<std::string>;

const Names everything = {"LOGIN",
                          "PLAIN",
                          "CRAM-MD5",
                          "SCRAM-SHA-1",
                          "SCRAM-SHA-256",
                          "SCRAM-SHA-1-PLUS",
                          "SCRAM-SHA-256-PLUS",
                          "EXTERNAL"};
constexpr sasl::ClientSituation clear{};
constexpr sasl::ClientSituation tls{.tls = true};
constexpr sasl::ClientSituation bound{.tls = true, .has_bindings = true};
constexpr sasl::ClientSituation certified{
    .tls = true, .has_client_certificate = true, .has_bindings = true};

Names without(Names names, const std::string& name) {
  std::erase(names, name);
  return names;
}

} // namespace

TEST_CASE("the best that both sides have is chosen") {
  struct Row {
    const char* name;
    Names offered;
    Names allowed;
    sasl::ClientSituation situation;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"a certificate", everything, {}, certified, "EXTERNAL"},
      {"bound", everything, {}, bound, "SCRAM-SHA-256-PLUS"},
      {"TLS that gives no binding", everything, {}, tls, "SCRAM-SHA-256"},
      {"clear text", everything, {}, clear, "SCRAM-SHA-256"},
      {"a certificate that clear text does not show",
       everything,
       {},
       {.has_client_certificate = true},
       "SCRAM-SHA-256"},
      {"a better hash before the binding",
       without(everything, "SCRAM-SHA-256-PLUS"),
       {},
       bound,
       "SCRAM-SHA-256"},
      {"SHA-1, bound", {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"}, {}, bound, "SCRAM-SHA-1-PLUS"},
      {"SHA-1", {"PLAIN", "SCRAM-SHA-1", "CRAM-MD5"}, {}, bound, "SCRAM-SHA-1"},
      {"CRAM-MD5", {"PLAIN", "LOGIN", "CRAM-MD5"}, {}, clear, "CRAM-MD5"},
      {"PLAIN", {"LOGIN", "PLAIN"}, {}, tls, "PLAIN"},
      {"LOGIN", {"LOGIN", "XOAUTH2"}, {}, tls, "LOGIN"},
      {"any case", {"login", "Scram-Sha-1"}, {"SCRAM-sha-1"}, tls, "SCRAM-SHA-1"},
      {"only what is allowed", everything, {"PLAIN", "CRAM-MD5"}, bound, "CRAM-MD5"},
      {"the allowed order does not matter",
       everything,
       {"PLAIN", "SCRAM-SHA-256"},
       bound,
       "SCRAM-SHA-256"},
      {"the same name twice", {"PLAIN", "PLAIN"}, {}, tls, "PLAIN"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto choice = sasl::choose(row.offered, row.allowed, row.situation);
    REQUIRE(choice);
    CHECK(choice->mechanism == row.want);
  }
}

TEST_CASE("whether -PLUS was offered is remembered") {
  CHECK(sasl::choose(everything, Names{"SCRAM-SHA-256"}, bound)->plus_offered);
  CHECK(sasl::choose(Names{"scram-sha-1-plus", "PLAIN"}, {}, tls)->plus_offered);
  CHECK(!sasl::choose(Names{"SCRAM-SHA-256", "-PLU"}, {}, bound)->plus_offered);
}

TEST_CASE("when nothing fits the error says what was offered") {
  struct Row {
    const char* name;
    Names offered;
    Names allowed;
    sasl::ClientSituation situation;
    std::string want;
  };

  const std::vector<Row> rows = {
      {"nothing offered", {}, {}, tls, "the server offers no way to log in"},
      {"no password in clear text",
       {"PLAIN", "LOGIN"},
       {},
       clear,
       "the server offers to log in with PLAIN LOGIN; without TLS no password is sent"},
      {"not allowed",
       {"PLAIN", "LOGIN"},
       {"SCRAM-SHA-256", "EXTERNAL"},
       tls,
       "the server offers to log in with PLAIN LOGIN; allowed here: SCRAM-SHA-256 EXTERNAL"},
      {"unknown",
       {"XOAUTH2", "GSSAPI"},
       {},
       certified,
       "the server offers to log in with XOAUTH2 GSSAPI, none of which can be used here"},
      {"EXTERNAL without a certificate",
       {"EXTERNAL"},
       {},
       bound,
       "the server offers to log in with EXTERNAL, none of which can be used here"},
      {"-PLUS without bindings",
       {"SCRAM-SHA-256-PLUS"},
       {},
       tls,
       "the server offers to log in with SCRAM-SHA-256-PLUS, none of which can be used here"},
      {"names that are none are not repeated",
       {"X\r\nY", std::string(21, 'X'), "", "A B"},
       {},
       tls,
       "the server offers no way to log in"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto choice = sasl::choose(row.offered, row.allowed, row.situation);
    REQUIRE(!choice);
    CHECK(choice.error().kind == ErrorKind::unsupported);
    CHECK(choice.error().text == row.want);
  }
  const Names many(1000, "GSSAPI");
  CHECK(sasl::choose(many, {}, tls).error().text.size() < 300);
}
