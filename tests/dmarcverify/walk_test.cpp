#include "dmarcverify/lookup.h"
#include "dmarcverify/zone_world.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using Kind = dmarcverify::LookupFailure::Kind;

namespace {

Result<dmarcverify::Walk, dmarcverify::LookupFailure> walk(std::string_view records,
                                                           std::string_view start) {
  auto resolver = zone(records);
  Loop loop;
  return loop.run(dmarcverify::walk(resolver, name(start), soon()));
}

std::string organization(std::string_view records, std::string_view start) {
  const auto result = walk(records, start);
  return result ? result->organizational.ascii() : result.error().text;
}

std::vector<std::string> domains(std::string_view start) {
  std::vector<std::string> texts;
  for (const auto& domain : dmarcverify::walk_domains(name(start))) texts.push_back(domain.ascii());
  return texts;
}

} // namespace

TEST_CASE("dmarc walk: at most eight names, the longest first, those in between left out") {
  CHECK(domains("example.org") == std::vector<std::string>{"example.org", "org"});
  CHECK(domains("a.b.c.d.e.f.g.h") == std::vector<std::string>{"a.b.c.d.e.f.g.h", "b.c.d.e.f.g.h",
                                                               "c.d.e.f.g.h", "d.e.f.g.h",
                                                               "e.f.g.h", "f.g.h", "g.h", "h"});
  CHECK(domains("a.b.c.d.e.f.g.h.i.j.mail.example.com") ==
        std::vector<std::string>{"a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com",
                                 "h.i.j.mail.example.com", "i.j.mail.example.com",
                                 "j.mail.example.com", "mail.example.com", "example.com", "com"});
  CHECK(dmarcverify::walk_domains({}).empty());
}

TEST_CASE("dmarc walk: the organization is the shortest name with a record") {
  constexpr std::string_view records = "_dmarc.mail.example.com. 300 IN TXT \"v=DMARC1; p=none\"\n"
                                       "_dmarc.example.com. 300 IN TXT \"v=DMARC1; p=reject\"\n";
  CHECK(organization(records, "a.mail.example.com") == "example.com");
  const auto result = walk(records, "a.mail.example.com");
  CHECK(dmarcverify::applicable(*result)->domain == name("example.com"));
  CHECK(dmarcverify::applicable(*walk(records, "mail.example.com"))->domain ==
        name("mail.example.com"));
}

TEST_CASE("dmarc walk: psd=y stands above the organization, psd=n is it") {
  constexpr std::string_view psd =
      "_dmarc.com. 300 IN TXT \"v=DMARC1; p=none; sp=reject; psd=y\"\n";
  CHECK(organization(psd, "a.mail.example.com") == "example.com");
  const auto above = walk(psd, "a.mail.example.com");
  CHECK(dmarcverify::applicable(*above)->domain == name("com")); // nothing nearer
  CHECK(organization(psd, "com") == "com");                      // at the start it says nothing
  constexpr std::string_view own =
      "_dmarc.com. 300 IN TXT \"v=DMARC1; p=none; psd=y\"\n"
      "_dmarc.mail.example.com. 300 IN TXT \"v=DMARC1; p=reject; psd=n\"\n"
      "_dmarc.example.com. 300 IN TXT \"v=DMARC1; p=none\"\n";
  CHECK(organization(own, "a.mail.example.com") == "mail.example.com");
  CHECK(walk(own, "a.mail.example.com")->records.size() == 1); // it ends there
}

TEST_CASE("dmarc walk: no records, several, malformed, temporary") {
  CHECK(organization("x.example. 300 IN A 192.0.2.1\n", "a.b.example") == "a.b.example");
  const auto none = walk("x.example. 300 IN A 192.0.2.1\n", "a.b.example");
  CHECK(dmarcverify::applicable(*none).error().kind == Kind::none);
  constexpr std::string_view two = "_dmarc.b.example. 300 IN TXT \"v=DMARC1; p=none\"\n"
                                   "_dmarc.b.example. 300 IN TXT \"v=DMARC1; p=reject\"\n";
  CHECK(dmarcverify::applicable(*walk(two, "b.example")).error().kind == Kind::none);
  constexpr std::string_view bad = "_dmarc.b.example. 300 IN TXT \"v=DMARC1; p=x\"\n";
  CHECK(dmarcverify::applicable(*walk(bad, "a.b.example")).error().kind == Kind::malformed);
  CHECK(walk("_dmarc.b.example. 300 IN TXT \"v=DMARC1; p=none\"\n;!servfail _dmarc.example.\n",
             "b.example")
            .error()
            .kind == Kind::temporary);
}

TEST_CASE("dmarc walk: a record without a policy counts for the organization") {
  constexpr std::string_view records = "_dmarc.example. 300 IN TXT \"v=DMARC1; psd=y\"\n"
                                       "_dmarc.a.b.example. 300 IN TXT \"v=DMARC1; p=none\"\n";
  CHECK(organization(records, "a.b.example") == "b.example");
  CHECK(dmarcverify::applicable(*walk(records, "a.b.example"))->domain == name("a.b.example"));
  CHECK(dmarcverify::applicable(*walk(records, "x.example")).error().kind == Kind::none);
  CHECK(dmarcverify::applicable(*walk(records, "example")).error().kind == Kind::malformed);
  // One that has no meaning at all does not.
  CHECK(organization("_dmarc.example. 300 IN TXT \"v=DMARC1; psd=y; psd=y\"\n", "a.b.example") ==
        "a.b.example");
}
