#include "dns/record.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using dns::Type;

TEST_CASE("types of records by their names") {
  for (const auto* text : {"A", "NS", "CNAME", "SOA", "PTR", "MX", "TXT", "AAAA", "SRV", "TLSA"}) {
    const auto type = dns::parse_type(text);
    REQUIRE(type);
    CHECK(dns::to_string(*type) == text);
  }
  CHECK(dns::parse_type("mx") == Type::mx);
  CHECK_FALSE(dns::parse_type("?"));
  CHECK_FALSE(dns::parse_type(""));
  CHECK_FALSE(dns::parse_type("mxx"));
  CHECK(dns::to_string(static_cast<Type>(99)) == "?");
  CHECK(dns::type_of(dns::Tlsa{}) == Type::tlsa);
  CHECK(dns::type_of(dns::Soa{}) == Type::soa);
}

TEST_CASE("records as in a zone file") {
  CHECK(dns::to_string(dns::A{{192, 0, 2, 1}}) == "192.0.2.1");
  CHECK(dns::to_string(dns::Aaaa{{0x20, 0x01, 0x0d, 0xb8}}) == "2001:db8::");
  CHECK(dns::to_string(dns::Mx{0, {}}) == "0 .");
  CHECK(dns::to_string(dns::Txt{}) == "\"\"");
  CHECK(dns::to_string(dns::Txt{std::string(256, 'a')}) ==
        '"' + std::string(255, 'a') + "\" \"a\"");
  CHECK(dns::to_string(dns::Txt{std::string(255, 'a')}) == '"' + std::string(255, 'a') + '"');
  CHECK(dns::to_string(dns::Tlsa{3, 1, 1, "\x01\xff"}) == "3 1 1 01ff");
}

TEST_CASE("names of anything printable") {
  const dns::NameRules any{.any_printable = true};
  for (const auto* text : {"*", "a+b.example", "a b", "-x-.example", "_x", "xn--", "%{d}.\"\\"}) {
    CAPTURE(text);
    const auto name = dns::parse_name(text, any);
    REQUIRE(name);
    CHECK(name->ascii() == text);
  }
  const std::vector<std::string> bad = {"",         ".",
                                        "a..b",     "a.",
                                        ".a",       "a\tb",
                                        "a\x7f",    std::string("a\0b", 3),
                                        "\xC3\xA9", std::string(64, 'a')};
  for (const auto& text : bad) {
    CAPTURE(text);
    CHECK_FALSE(dns::parse_name(text, any));
  }
  CHECK(dns::parse_name("A.", {.trailing_dot = true, .any_printable = true})->ascii() == "a");
}
