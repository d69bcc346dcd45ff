// What the Unix users of a host may send as.
#include "localusers/senders.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using localusers::Senders;
using localusers::User;

namespace {

std::vector<address::Address> addresses(std::initializer_list<std::string_view> texts) {
  std::vector<address::Address> all;
  for (const auto text : texts) all.push_back(address::parse_address(text).value());
  return all;
}

Senders senders() {
  return Senders(
      dns::parse_name("mx.example.org").value(),
      {{"www-data", addresses({"shop@example.org", "info@straße.example"})},
       {"1001", addresses({"numbered@example.org"})},
       {"many", addresses({"1@example.org", "2@example.org", "3@example.org", "4@example.org",
                           "5@example.org", "6@example.org", "7@example.org"})}});
}

const User root{.uid = 0, .name = "root"};
const User bob{.uid = 1000, .name = "bob"};
const User web{.uid = 33, .name = "www-data"};
const User nameless{.uid = 1001, .name = "1001"};
const User odd{.uid = 1002, .name = "ad\\bob@realm"};

} // namespace

TEST_CASE("a user may send as itself at the host, and as what is mapped to it") {
  struct Row {
    User user;
    smtp::Path address;
    bool may;
  };

  const std::vector<Row> rows = {
      {bob, {"bob", "mx.example.org"}, true},
      {bob, {"bob", "MX.Example.Org"}, true},
      // Users of other names, or of another case, are other users.
      {bob, {"Bob", "mx.example.org"}, false},
      {bob, {"root", "mx.example.org"}, false},
      {bob, {"bob+x", "mx.example.org"}, false},
      {bob, {"bob", "example.org"}, false},
      {bob, {"bob", "in.mx.example.org"}, false},
      {bob, {"bob", ""}, false},
      {bob, {"bob", "[127.0.0.1]"}, false},
      {bob, {"shop", "example.org"}, false},
      {web, {"www-data", "mx.example.org"}, true},
      {web, {"shop", "example.org"}, true},
      {web, {"shop", "EXAMPLE.org"}, true},
      {web, {"Shop", "example.org"}, false},
      {web, {"info", "straße.example"}, true},
      {web, {"info", "xn--strae-oqa.example"}, true},
      {web, {"numbered", "example.org"}, false},
      {nameless, {"1001", "mx.example.org"}, true},
      {nameless, {"numbered", "example.org"}, true},
      {odd, {"ad\\bob@realm", "mx.example.org"}, true},
      {odd, {"bob", "mx.example.org"}, false},
      {root, {"anybody", "elsewhere.example"}, true},
      {root, {"anybody", "[192.0.2.1]"}, true},
      // The number counts, not the name.
      {{.uid = 1003, .name = "root"}, {"anybody", "elsewhere.example"}, false},
  };
  const auto rules = senders();
  for (const auto& row : rows) {
    CAPTURE(row.user.name, row.address.localpart, row.address.domain);
    CHECK(rules.may_use(row.user, row.address) == row.may);
  }
}

TEST_CASE("a user's own address") {
  const auto rules = senders();
  CHECK(rules.own_address(bob) == smtp::Path{"bob", "mx.example.org"});
  CHECK(rules.is_own(bob, {"bob", "mx.EXAMPLE.org"}));
  CHECK_FALSE(rules.is_own(web, {"shop", "example.org"}));
  CHECK_FALSE(rules.is_own(root, {"bob", "mx.example.org"}));
  CHECK(rules.hostname().ascii() == "mx.example.org");
}

TEST_CASE("a user is told what it may send as") {
  struct Row {
    User user;
    std::string_view want;
  };

  const std::vector<Row> rows = {
      {root, "any address"},
      {bob, "bob@mx.example.org"},
      {web, "www-data@mx.example.org, shop@example.org or info@straße.example"},
      {nameless, "1001@mx.example.org or numbered@example.org"},
      {odd, "\"ad\\\\bob@realm\"@mx.example.org"},
      {{.uid = 5, .name = "many"},
       "many@mx.example.org, 1@example.org, 2@example.org, 3@example.org, 4@example.org, "
       "5@example.org or 2 others"},
  };
  for (const auto& row : rows) CHECK(senders().allowed(row.user) == row.want);
}
