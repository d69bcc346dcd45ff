#include "address/path.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using address::parse_address;
using address::parse_literal;
using address::parse_path;
using address::Path;

TEST_CASE("paths are read and printed") {
  struct Row {
    const char* name;
    std::string_view input, ascii, unicode;
    bool utf8;
  };

  const std::vector<Row> rows = {
      {"plain", "mjl@Example.org", "mjl@example.org", "mjl@example.org", false},
      {"quoted at sign", "\"a@b\"@example.org", "\"a@b\"@example.org", "\"a@b\"@example.org",
       false},
      {"A-label", "mjl@xn--bcher-kva.example", "mjl@xn--bcher-kva.example",
       "mjl@b\xC3\xBC"
       "cher.example",
       false},
      {"U-label",
       "mjl@b\xC3\xBC"
       "cher.example",
       "mjl@xn--bcher-kva.example",
       "mjl@b\xC3\xBC"
       "cher.example",
       false},
      {"UTF-8 localpart", "\xC3\xBC@example.org", "\xC3\xBC@example.org", "\xC3\xBC@example.org",
       true},
      {"IPv4", "a@[192.0.2.1]", "a@[192.0.2.1]", "a@[192.0.2.1]", false},
      {"IPv6", "a@[ipv6:2001:DB8:0::1]", "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]", false},
      {"IPv6 with IPv4", "a@[IPv6:::ffff:192.0.2.1]", "a@[IPv6:::ffff:192.0.2.1]",
       "a@[IPv6:::ffff:192.0.2.1]", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto path = parse_path(row.input);
    REQUIRE(path);
    CHECK(to_string(*path) == row.ascii);
    CHECK(to_unicode(*path) == row.unicode);
    CHECK(needs_smtputf8(*path) == row.utf8);
    CHECK_FALSE(path->null());
    CHECK(parse_path(row.ascii).value() == *path);
    CHECK(parse_path(row.unicode).value() == *path);
    const auto address = parse_address(row.input);
    REQUIRE(address.has_value() == (path->name() != nullptr));
    if (address) {
      CHECK(to_string(*address) == row.ascii);
      CHECK(to_unicode(*address) == row.unicode);
    }
  }
}

TEST_CASE("the null path") {
  const Path null;
  CHECK(null.null());
  CHECK(to_string(null).empty());
  CHECK(to_unicode(null).empty());
  CHECK_FALSE(parse_path("\"\"@example.org")->null());
  CHECK_FALSE(parse_path("a@[0.0.0.0]")->null());
}

TEST_CASE("what is no path is refused") {
  for (const std::string_view row : {"",
                                     "@",
                                     "a",
                                     "a@",
                                     "@example.org",
                                     "a@b@example.org",
                                     "a@.org",
                                     "a@example.org.",
                                     "a @example.org",
                                     "a@ example.org",
                                     "<a@example.org>",
                                     "a@exa_mple.org",
                                     "a@[192.0.2.1",
                                     "a@192.0.2.1]",
                                     "a@[]",
                                     "a@[192.0.2]",
                                     "a@[192.0.2.256]",
                                     "a@[192.0.2.01]",
                                     "a@[2001:db8::1]",
                                     "a@[IPv6:192.0.2.1]",
                                     "a@[IPv6:]",
                                     "a@[x-tag:data]",
                                     "a@[192.0.2.1]x",
                                     "\"a\"b@example.org"}) {
    CAPTURE(row);
    const auto path = parse_path(row);
    REQUIRE_FALSE(path);
    CHECK(path.error().kind == ErrorKind::invalid);
    CHECK_FALSE(parse_address(row));
  }
  CHECK_FALSE(parse_literal(std::string_view("[192.0.2.1\0]", 12)));
  CHECK_FALSE(parse_literal("[IPv6:" + std::string(100, '0') + "]"));
  CHECK_FALSE(parse_literal("["));
  CHECK_FALSE(parse_literal("[]"));
}

TEST_CASE("limits of paths") {
  const auto domain = [](std::size_t size) {
    std::string name;
    while (name.size() + 1 < size) name += "a.";
    name.resize(size, 'b');
    if (name.back() == '.') name.back() = 'b';
    return name;
  };
  CHECK(parse_path("a@" + domain(252)));
  CHECK_FALSE(parse_path("a@" + domain(253)));
  CHECK(parse_path(std::string(64, 'a') + "@" + domain(189)));
  CHECK_FALSE(parse_path(std::string(64, 'a') + "@" + domain(190)));
  const address::PathRules tolerant{.localpart_limit = address::localpart_tolerance};
  CHECK(parse_path(std::string(128, 'a') + "@" + domain(189), tolerant));
  CHECK_FALSE(parse_path(std::string(129, 'a') + "@" + domain(188), tolerant));
  CHECK_FALSE(parse_path(std::string(128, 'a') + "@" + domain(190), tolerant));
  CHECK(parse_address("a@" + domain(252)));
  CHECK_FALSE(parse_address("a@" + domain(253)));
}

TEST_CASE("underscores in domains where they are asked for") {
  CHECK(parse_path("a@exa_mple.org", {.underscore = true}));
  CHECK_FALSE(parse_path("a@exa mple.org", {.underscore = true}));
}
