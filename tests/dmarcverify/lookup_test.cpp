#include "dmarcverify/lookup.h"
#include "dmarcverify/zone_world.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using Kind = dmarcverify::LookupFailure::Kind;

namespace {

constexpr std::string_view records = R"(
;!secure secure.example.
_dmarc.example.org. 300 IN TXT "v=DMARC1;" "p=reject; sp=none"
_dmarc.a.example.org. 300 IN TXT "v=spf1 -all"
_dmarc.b.example.org. 300 IN TXT "v=DMARC1; p=quarantine"
_dmarc.two.example.org. 300 IN TXT "v=DMARC1; p=none"
_dmarc.two.example.org. 300 IN TXT "v=DMARC1; p=reject"
_dmarc.bad.example.org. 300 IN TXT "v=DMARC1; p=nonsense"
;!servfail _dmarc.fail.example.org.
;!timeout _dmarc.slow.example.org.
;!bogus _dmarc.bogus.example.org.
_dmarc.secure.example. 300 IN TXT "v=DMARC1; p=none"
_dmarc.alias.example. 300 IN CNAME _dmarc.example.org.
_dmarc.loop.example. 300 IN CNAME _dmarc.loop.example.
_dmarc.co.uk. 300 IN TXT "v=DMARC1; p=reject"
_dmarc.both.example. 300 IN TXT "v=DMARC1; p=none"
_dmarc.both.example. 300 IN TXT "v=DMARC1; p=reject"
)";

Result<dmarcverify::Found, dmarcverify::LookupFailure> lookup(std::string_view author) {
  auto resolver = zone(records);
  const auto suffixes = publicsuffix::List::built_in();
  Loop loop;
  return loop.run(dmarcverify::lookup(resolver, suffixes, name(author), soon()));
}

} // namespace

TEST_CASE("dmarc look-up: the domain's own record, else the organization's") {
  const auto own = lookup("example.org");
  REQUIRE(own.has_value());
  CHECK(own->record.policy == dmarc::Policy::reject); // strings of a TXT record are joined
  CHECK(own->text == "v=DMARC1;p=reject; sp=none");
  CHECK_FALSE(own->authentic);
  CHECK(lookup("b.example.org")->domain == name("b.example.org"));
  CHECK(lookup("a.example.org")->domain ==
        name("example.org")); // its TXT record is no DMARC record
  CHECK(lookup("x.y.z.b.example.org")->domain == name("example.org"));
  CHECK(lookup("alias.example")->record.policy == dmarc::Policy::reject);
}

TEST_CASE("dmarc look-up: several records count as none") {
  CHECK(lookup("two.example.org")->domain == name("example.org"));
  CHECK(lookup("both.example").error().kind == Kind::several);
  CHECK(lookup("x.both.example").error().kind == Kind::several);
}

TEST_CASE("dmarc look-up: none, malformed, temporary") {
  CHECK(lookup("nothing.example").error().kind == Kind::none);
  CHECK(lookup("example.co.uk").error().kind == Kind::none); // not that of the public suffix
  CHECK(lookup("bad.example.org").error().kind == Kind::malformed);
  for (const std::string_view author :
       {"fail.example.org", "slow.example.org", "bogus.example.org", "loop.example"}) {
    CAPTURE(author);
    const auto result = lookup(author);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == Kind::temporary);
    CHECK_FALSE(result.error().text.empty());
  }
}

TEST_CASE("dmarc look-up: DNSSEC") {
  CHECK(lookup("secure.example")->authentic);
  CHECK(lookup("a.secure.example")->authentic); // so is the absence below
  CHECK(lookup("none.example").error().authentic == false);
}

TEST_CASE("dmarc look-up: a name with no room for _dmarc has no record") {
  std::string text;
  for (int i = 0; i < 4; ++i) text += std::string(61, 'a') + ".";
  text += "x";
  CHECK(lookup(text).error().kind == Kind::none);
}
