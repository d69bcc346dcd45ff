#include "spf/sender.h"
#include "support/catch.h"

#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::spf;

TEST_CASE("whose policy counts (RFC 7208 sections 2.4 and 4.3)") {
  struct Row {
    std::string_view mail_from;
    std::string_view helo;
    Identity identity;
    std::string_view local;
    std::string_view domain;
  };

  const std::vector<Row> rows = {
      {"a@b.example", "mx.example", Identity::mail_from, "a", "b.example"},
      {"A.b@B.Example", "mx.example", Identity::mail_from, "A.b", "b.example"},
      {"\"a b\"@b.example", "mx.example", Identity::mail_from, "a b", "b.example"},
      {"\"a@b\"@c.example", "mx.example", Identity::mail_from, "a@b", "c.example"},
      {"a b@c.example", "mx.example", Identity::mail_from, "a b", "c.example"},
      {"@b.example", "mx.example", Identity::mail_from, "postmaster", "b.example"},
      {"\"\"@b.example", "mx.example", Identity::mail_from, "postmaster", "b.example"},
      {"b.example", "mx.example", Identity::mail_from, "postmaster", "b.example"},
      {"a@b_c.example", "mx.example", Identity::mail_from, "a", "b_c.example"},
      {"a@xn--mller-kva.example", "x", Identity::mail_from, "a", "xn--mller-kva.example"},
      {"a@m\xc3\xbcller.example", "x", Identity::mail_from, "a", "xn--mller-kva.example"},
      {"a@[192.0.2.1]", "mx.example", Identity::mail_from, "a", ""},
      {"a@localhost", "mx.example", Identity::mail_from, "a", ""},
      {"a@b...example", "mx.example", Identity::mail_from, "a", ""},
      {"", "mx.sub.example", Identity::helo, "postmaster", "mx.sub.example"},
      {"", "mx.sub.example.", Identity::helo, "postmaster", "mx.sub.example"},
      {"", "[192.0.2.1]", Identity::helo, "postmaster", ""},
      {"", "localhost", Identity::helo, "postmaster", ""},
      {"", "JUMPIN' JUPITER", Identity::helo, "postmaster", ""},
      {"", "", Identity::helo, "postmaster", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mail_from, row.helo);
    const auto sender = sender_of(row.mail_from, row.helo);
    CHECK(sender.identity == row.identity);
    CHECK(sender.local == row.local);
    CHECK(sender.domain.ascii() == row.domain);
  }
}

TEST_CASE("the null path of a transaction leaves the name of EHLO") {
  const auto sender = sender_of(address::Path(), "mx.example.org");
  CHECK(sender.identity == Identity::helo);
  CHECK(to_string(sender.identity) == "helo");
  CHECK(sender.domain.ascii() == "mx.example.org");
  const auto literal = sender_of(*address::parse_path("a@[192.0.2.1]"), "mx.example.org");
  CHECK(literal.domain.empty());
  CHECK(literal.text == "[192.0.2.1]");
}
