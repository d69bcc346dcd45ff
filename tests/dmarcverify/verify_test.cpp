#include "dmarcverify/verify.h"
#include "dmarcverify/zone_world.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::test;
using dmarc::Identifier;
using dmarc::Outcome;
using dmarc::Policy;
using dmarc::Status;
using dmarcverify::Discovery;
using dmarcverify::Question;

namespace {

constexpr std::string_view records = R"(
_dmarc.example.org. 300 IN TXT "v=DMARC1; p=reject; sp=quarantine; np=reject; pct=50"
example.org. 300 IN MX 10 mx.example.org.
there.example.org. 300 IN A 192.0.2.1
aaaa.example.org. 300 IN AAAA 2001:db8::1
txt.example.org. 300 IN TXT "x"
;!servfail broken.example.org.
_dmarc.strict.example. 300 IN TXT "v=DMARC1; p=reject; adkim=s; aspf=s"
;!servfail _dmarc.fail.example.
_dmarc.bad.example. 300 IN TXT "v=DMARC1; p=x"
_dmarc.relaxed.example. 300 IN TXT "v=DMARC1; p=reject"
_dmarc.child.relaxed.example. 300 IN TXT "v=DMARC1; p=reject; psd=n"
;!servfail _dmarc.open.relaxed.example.
;!servfail _dmarc.evil.example.
)";

dmarcverify::Verdict verify(Question question) {
  auto resolver = zone(records);
  const auto suffixes = publicsuffix::List::built_in();
  Loop loop;
  return loop.run(dmarcverify::verify(resolver, suffixes, std::move(question), soon()));
}

Identifier passing(std::string_view domain) {
  return {.domain = name(domain), .outcome = Outcome::pass};
}

} // namespace

TEST_CASE("dmarc verify: pass by SPF or DKIM, in both ways of discovery") {
  for (const auto discovery : {Discovery::public_suffix, Discovery::tree_walk}) {
    const auto spf = verify({.author = name("example.org"),
                             .spf = {passing("bounce.example.org")},
                             .discovery = discovery});
    CHECK(spf.evaluation.status == Status::pass);
    CHECK(spf.found->domain == name("example.org"));
    const auto dkim = verify({.author = name("a.example.org"),
                              .dkim = {passing("other.example"), passing("b.example.org")},
                              .discovery = discovery});
    CHECK(dkim.evaluation.status == Status::pass);
    CHECK(dkim.organizational == name("example.org"));
    const auto fail = verify(
        {.author = name("example.org"), .spf = {passing("other.example")}, .discovery = discovery});
    CHECK(fail.evaluation.status == Status::fail);
    CHECK(fail.evaluation.disposition == Policy::reject);
    CHECK(verify({.author = name("strict.example"),
                  .spf = {passing("a.strict.example")},
                  .discovery = discovery})
              .evaluation.reject());
  }
}

TEST_CASE("dmarc verify: none, permerror, temperror") {
  for (const auto discovery : {Discovery::public_suffix, Discovery::tree_walk}) {
    CHECK(verify({.author = name("nothing.example"), .discovery = discovery}).evaluation.status ==
          Status::none);
    CHECK(verify({.author = name("bad.example"), .discovery = discovery}).evaluation.status ==
          Status::permerror);
    const auto temporary = verify({.author = name("fail.example"), .discovery = discovery});
    CHECK(temporary.evaluation.status == Status::temperror);
    CHECK_FALSE(temporary.evaluation.reject());
    CHECK_FALSE(temporary.problem.empty());
  }
  const auto spf =
      verify({.author = name("example.org"),
              .spf = {{.domain = name("example.org"), .outcome = Outcome::temperror}}});
  CHECK(spf.evaluation.status == Status::temperror);
}

TEST_CASE("dmarc verify: sp for domains that exist, np for others") {
  const auto source = [](std::string_view author) {
    return std::string(
        dmarc::to_string(verify({.author = name(author)}).evaluation.applied.source));
  };
  CHECK(source("example.org") == "p");
  CHECK(source("there.example.org") == "sp");
  CHECK(source("aaaa.example.org") == "sp");
  CHECK(source("broken.example.org") == "sp"); // it cannot be said
  CHECK(source("nowhere.example.org") == "np");
  CHECK(source("txt.example.org") == "np"); // neither addresses nor MX
  CHECK(verify({.author = name("there.example.org")}).evaluation.disposition == Policy::quarantine);
}

TEST_CASE("dmarc verify: sampling") {
  CHECK(verify({.author = name("example.org"), .draw = 49}).evaluation.disposition ==
        Policy::reject);
  CHECK(verify({.author = name("example.org"), .draw = 50}).evaluation.disposition ==
        Policy::quarantine);
}

TEST_CASE("dmarc verify: by the walk an organization can end below another") {
  const auto by_list =
      verify({.author = name("relaxed.example"), .dkim = {passing("child.relaxed.example")}});
  CHECK(by_list.evaluation.status == Status::pass);
  const auto by_walk = verify({.author = name("relaxed.example"),
                               .dkim = {passing("child.relaxed.example")},
                               .discovery = Discovery::tree_walk});
  CHECK(by_walk.evaluation.status == Status::fail);
}

TEST_CASE("dmarc verify: a walk of somebody else's domain that fails spares nobody") {
  const auto evil = verify({.author = name("relaxed.example"),
                            .dkim = {passing("evil.example")},
                            .discovery = Discovery::tree_walk});
  CHECK(evil.evaluation.reject());
  const auto open = verify({.author = name("relaxed.example"),
                            .dkim = {passing("open.relaxed.example")},
                            .discovery = Discovery::tree_walk});
  CHECK(open.evaluation.status == Status::temperror);
}

TEST_CASE("dmarc verify: a thousand signatures ask for a bounded number of walks") {
  std::vector<Identifier> dkim;
  for (int i = 0; i < 1000; ++i)
    dkim.push_back(
        {.domain = name("d" + std::to_string(i) + ".relaxed.example"), .outcome = Outcome::pass});
  dkim.front().outcome = Outcome::other;
  const auto verdict =
      verify({.author = name("relaxed.example"), .dkim = dkim, .discovery = Discovery::tree_walk});
  CHECK(verdict.evaluation.status == Status::pass);
  CHECK(verdict.evaluation.dkim.size() == 1000);
  std::size_t known = 0;
  for (const auto& each : verdict.evaluation.dkim)
    known += each.identifier.organizational.empty() ? 0U : 1U;
  CHECK(known == dmarcverify::identifier_limit);
}
