#include "dmarcverify/destination.h"
#include "dmarcverify/zone_world.h"

#include <string_view>

using namespace mox;
using namespace mox::test;
using Status = dmarcverify::Destination::Status;

namespace {

constexpr std::string_view records = R"(
;!secure secure.example.
example.com._report._dmarc.reports.example. 300 IN TXT "v=DMARC1"
*._report._dmarc.any.example. 300 IN TXT "v=DMARC1; p=none"
example.com._report._dmarc.other.example. 300 IN TXT "v=spf1 -all"
example.com._report._dmarc.broken.example. 300 IN TXT "v=DMARC1; a=1; a=2"
;!servfail example.com._report._dmarc.fail.example.
example.com._report._dmarc.moved.example. 300 IN TXT "v=DMARC1; rua=mailto:new@moved.example,mailto:x@evil.example"
example.com._report._dmarc.secure.example. 300 IN TXT "v=DMARC1"
)";

dmarcverify::Destination check(std::string_view domain, std::string_view host) {
  auto resolver = zone(records);
  const auto suffixes = publicsuffix::List::built_in();
  Loop loop;
  return loop.run(
      dmarcverify::check_destination(resolver, suffixes, name(domain), name(host), soon()));
}

} // namespace

TEST_CASE("dmarc destination: who takes reports about others") {
  CHECK(check("example.com", "example.com").status == Status::same_organization);
  CHECK(check("a.example.com", "b.example.com").status == Status::same_organization);
  CHECK(check("example.com", "reports.example").status == Status::accepted);
  CHECK(check("example.net", "reports.example").status == Status::refused);
  CHECK(check("example.net", "any.example").status == Status::accepted); // by a wildcard
  CHECK(check("example.com", "other.example").status == Status::refused);
  CHECK(check("example.com", "broken.example").status == Status::refused);
  CHECK(check("example.com", "fail.example").status == Status::temporary);
  CHECK(check("example.com", "secure.example").authentic);
  CHECK(check("one.co.uk", "two.co.uk").status == Status::refused); // a public suffix joins nobody
}

TEST_CASE("dmarc destination: another address of the same host, and of no other") {
  const auto moved = check("example.com", "moved.example");
  CHECK(moved.accepts());
  REQUIRE(moved.aggregate_reports.size() == 1);
  CHECK(moved.aggregate_reports[0].text == "mailto:new@moved.example");
}
