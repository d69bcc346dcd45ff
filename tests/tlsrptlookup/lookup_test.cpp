#include "dns/zone.h"
#include "resolver/zone_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "tlsrptlookup/lookup.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using Kind = tlsrptlookup::LookupFailure::Kind;

namespace {

constexpr std::string_view records = R"(
;!secure secure.example.
_smtp._tls.example.org. 300 IN TXT "v=TLSRPTv1; " "rua=mailto:tls@example.org"
_smtp._tls.example.org. 300 IN TXT "something else"
_smtp._tls.alias.example. 300 IN CNAME _smtp._tls.example.org.
_smtp._tls.two.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org"
_smtp._tls.two.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org"
_smtp._tls.bad.example. 300 IN TXT "v=TLSRPTv1; rua=ftp://x.example/"
_smtp._tls.other.example. 300 IN TXT "v=spf1 -all"
_smtp._tls.secure.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org"
;!servfail _smtp._tls.fail.example.
)";

Result<tlsrptlookup::Found, tlsrptlookup::LookupFailure> lookup(std::string_view domain) {
  resolver::ZoneResolver resolver(*dns::parse_zone(records));
  test::Loop loop;
  return loop.run(
      tlsrptlookup::lookup(resolver, *dns::parse_name(domain),
                           std::chrono::steady_clock::now() + std::chrono::seconds(10)));
}

} // namespace

TEST_CASE("tlsrpt look-up") {
  const auto found = lookup("example.org");
  REQUIRE(found.has_value());
  CHECK(found->text == "v=TLSRPTv1; rua=mailto:tls@example.org");
  CHECK(found->record.reports == std::vector<std::string>{"mailto:tls@example.org"});
  CHECK_FALSE(found->authentic);
  CHECK(lookup("alias.example").has_value());
  CHECK(lookup("secure.example")->authentic);
  CHECK(lookup("none.example").error().kind == Kind::none);
  CHECK(lookup("other.example").error().kind == Kind::none);
  CHECK(lookup("two.example").error().kind == Kind::several);
  CHECK(lookup("bad.example").error().kind == Kind::malformed);
  CHECK(lookup("fail.example").error().kind == Kind::temporary);
}
