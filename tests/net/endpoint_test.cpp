#include "net/endpoint.h"
#include "support/catch.h"

#include <string>

using namespace mox;
using net::Address;

TEST_CASE("addresses are parsed and printed") {
  struct Row {
    const char* text;
    const char* want; // empty: refused
    bool v4 = false;
    bool loopback = false;
  };

  const Row rows[] = {
      {"192.0.2.1", "192.0.2.1", true},
      {"0.0.0.0", "0.0.0.0", true},
      {"127.1.2.3", "127.1.2.3", true, true},
      {"255.255.255.255", "255.255.255.255", true},
      {"::1", "::1", false, true},
      {"::", "::"},
      {"2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"},
      {"::ffff:192.0.2.1", "192.0.2.1", true},
      {"::ffff:7f00:1", "127.0.0.1", true, true},
      {"", ""},
      {"192.0.2", ""},
      {"192.0.2.256", ""},
      {"192.0.2.1.1", ""},
      {"0192.0.2.1", ""},
      {" 192.0.2.1", ""},
      {"192.0.2.1:25", ""},
      {"[::1]", ""},
      {"fe80::1%eth0", ""},
      {"1::2::3", ""},
      {"12345::", ""},
      {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", ""},
      {"localhost", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = Address::parse(row.text);
    REQUIRE(address.has_value() == !std::string(row.want).empty());
    if (!address) {
      CHECK(address.error().kind == ErrorKind::invalid);
      continue;
    }
    CHECK(address->to_string() == row.want);
    CHECK(address->is_v4() == row.v4);
    CHECK(address->is_loopback() == row.loopback);
  }
}

TEST_CASE("a NUL does not end an address early") {
  CHECK(!Address::parse(std::string_view("192.0.2.1\0x", 11)));
}

TEST_CASE("addresses are masked within their family") {
  struct Row {
    const char* text;
    unsigned bits;
    const char* want;
  };

  const Row rows[] = {
      {"192.0.2.255", 32, "192.0.2.255"},
      {"192.0.2.255", 26, "192.0.2.192"},
      {"192.0.7.255", 21, "192.0.0.0"},
      {"192.0.2.255", 0, "0.0.0.0"},
      {"192.0.2.255", 200, "192.0.2.255"},
      {"2001:db8:1:2:3::4", 64, "2001:db8:1:2::"},
      {"2001:db8:ffff::", 33, "2001:db8:8000::"},
      {"2001:db8::1", 128, "2001:db8::1"},
      {"2001:db8::1", 0, "::"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text, row.bits);
    CHECK(Address::parse(row.text).value().masked(row.bits).to_string() == row.want);
  }
}

TEST_CASE("unspecified addresses of both families") {
  CHECK(Address().is_unspecified());
  CHECK(Address::parse("0.0.0.0").value().is_unspecified());
  CHECK(!Address::parse("::1").value().is_unspecified());
}

TEST_CASE("endpoints are printed") {
  CHECK(net::Endpoint{Address::parse("192.0.2.1").value(), 25}.to_string() == "192.0.2.1:25");
  CHECK(net::Endpoint{Address::parse("2001:db8::1").value(), 65535}.to_string() ==
        "[2001:db8::1]:65535");
}
