#include "smtp/extensions.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox::smtp;

namespace {

Extensions of(std::vector<std::string> lines) {
  lines.insert(lines.begin(), "mx.example hello");
  return parse_extensions({250, {}, lines});
}

} // namespace

TEST_CASE("what a server offers") {
  const auto all = of({"PIPELINING", "SIZE 1000", "STARTTLS", "8BITMIME", "SMTPUTF8", "REQUIRETLS",
                       "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "BINARYMIME", "VRFY",
                       "AUTH SCRAM-SHA-256-PLUS PLAIN", "LIMITS RCPTMAX=20 MAILMAX=5"});
  Extensions want;
  want.server = "mx.example";
  want.pipelining = want.starttls = want.eight_bit_mime = want.smtputf8 = true;
  want.enhanced_status_codes = want.require_tls = want.dsn = true;
  want.chunking = want.binary_mime = want.size = true;
  want.max_size = 1000;
  want.mechanisms = {"SCRAM-SHA-256-PLUS", "PLAIN"};
  want.limits = {.mail_max = 5, .rcpt_max = 20};
  CHECK(all == want);
  CHECK(all.has_mechanism("PLAIN"));
  CHECK(!all.has_mechanism("plain"));
}

TEST_CASE("what is offered nowhere") {
  CHECK(parse_extensions({}) == Extensions{});
  CHECK(parse_extensions({250, {}, {""}}) == Extensions{});
  // The first line is the server's name and its greeting.
  const auto only_name = parse_extensions({250, {}, {"PIPELINING STARTTLS"}});
  CHECK(only_name.server == "PIPELINING");
  CHECK(!only_name.pipelining);
  CHECK(!only_name.starttls);
  Extensions nothing;
  nothing.server = "mx.example";
  for (const std::string line : {"", " ", "X", "PIPELININGX", "X PIPELINING", "STARTTLS=1",
                                 "SIZE=5", "AUTH", "AUTH=", "LIMITS", "8BIT"}) {
    CAPTURE(line);
    CHECK(of({line}) == nothing);
  }
}

TEST_CASE("keywords have no case, and words may stand apart") {
  const auto all =
      of({"pipelining", " StartTLS ", "size\t12", "auth  plain   Login", "8bitmime odd"});
  CHECK(all.pipelining);
  CHECK(all.starttls);
  CHECK(all.eight_bit_mime);
  CHECK(all.max_size == 12);
  CHECK(all.mechanisms == std::vector<std::string>{"PLAIN", "LOGIN"});
}

TEST_CASE("sizes") {
  struct Row {
    std::string line;
    std::optional<std::uint64_t> want;
  };

  const std::vector<Row> rows = {
      {"SIZE", std::nullopt},
      {"SIZE 0", std::nullopt},
      {"SIZE 1", 1},
      {"SIZE 18446744073709551615", 18446744073709551615U},
      {"SIZE 18446744073709551616", std::nullopt},
      {"SIZE -1", std::nullopt},
      {"SIZE 10M", std::nullopt},
      {"SIZE 10 20", 10},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(of({row.line}).size);
    CHECK(of({row.line}).max_size == row.want);
  }
}

TEST_CASE("mechanisms") {
  CHECK(of({"AUTH=PLAIN LOGIN", "AUTH LOGIN CRAM-MD5"}).mechanisms ==
        std::vector<std::string>{"PLAIN", "LOGIN", "CRAM-MD5"});
  CHECK(of({"AUTH A/B PLAIN X@Y A23456789012345678901 A2345678901234567890"}).mechanisms ==
        std::vector<std::string>{"PLAIN", "A2345678901234567890"});
  std::string many = "AUTH";
  for (int i = 0; i < 60; ++i) many += " M" + std::to_string(i);
  CHECK(of({many, "AUTH PLAIN"}).mechanisms.size() == Extensions::max_mechanisms);
}

TEST_CASE("limits") {
  struct Row {
    std::string line;
    Limits want;
  };

  const std::vector<Row> rows = {
      {"LIMITS RCPTMAX=1", {.rcpt_max = 1}},
      {"LIMITS rcptmax=999999 rcptdomainmax=2", {.rcpt_max = 999999, .rcpt_domain_max = 2}},
      {"LIMITS RCPTMAX=1000000", {}},
      {"LIMITS RCPTMAX=0", {}},
      {"LIMITS RCPTMAX=05", {}},
      {"LIMITS RCPTMAX= MAILMAX=x", {}},
      {"LIMITS RCPTMAX OTHER=5 MAILMAX=3", {.mail_max = 3}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(of({row.line}).limits == row.want);
  }
}
