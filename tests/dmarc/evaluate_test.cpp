#include "dmarc/evaluate.h"
#include "support/catch.h"

#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::dmarc;

namespace {

dns::Name name(std::string_view text) {
  if (text.empty()) return {};
  return *dns::parse_name(text);
}

Record record(std::string_view tags) {
  return *parse_record("v=DMARC1;" + std::string(tags));
}

Identifier identifier(std::string_view domain, Outcome outcome,
                      std::string_view organizational = "example.org") {
  return {name(domain), name(organizational), outcome};
}

struct World {
  std::string_view author = "example.org";
  std::string_view tags = "p=reject";
  std::vector<Identifier> spf;
  std::vector<Identifier> dkim;
  std::string_view record_domain = "example.org";
  bool exists = true;
  unsigned draw = 0;
};

Evaluation evaluated(const World& world) {
  const auto published = record(world.tags);
  return evaluate({.author = name(world.author),
                   .organizational = name("example.org"),
                   .record = published,
                   .record_domain = name(world.record_domain),
                   .exists = world.exists,
                   .spf = world.spf,
                   .dkim = world.dkim,
                   .draw = world.draw});
}

} // namespace

TEST_CASE("dmarc: one aligned pass is enough") {
  const auto spf = evaluated({.spf = {identifier("example.org", Outcome::pass)}});
  CHECK(spf.status == Status::pass);
  CHECK(spf.spf_passes());
  CHECK_FALSE(spf.dkim_passes());
  CHECK(spf.disposition == Policy::none);
  CHECK_FALSE(spf.reject());
  const auto dkim = evaluated({.dkim = {identifier("other.example", Outcome::pass, "other.example"),
                                        identifier("a.example.org", Outcome::pass)}});
  CHECK(dkim.status == Status::pass);
  CHECK_FALSE(dkim.dkim[0].aligned);
  CHECK(dkim.dkim[1].passes());
}

TEST_CASE("dmarc: relaxed and strict") {
  const std::vector<Identifier> below = {identifier("a.example.org", Outcome::pass)};
  CHECK(evaluated({.spf = below}).status == Status::pass);
  CHECK(evaluated({.tags = "p=reject;aspf=s", .spf = below}).status == Status::fail);
  CHECK(evaluated({.tags = "p=reject;aspf=s", .dkim = below}).status == Status::pass);
  CHECK(evaluated({.tags = "p=reject;adkim=s", .dkim = below}).status == Status::fail);
  const std::vector<Identifier> same = {identifier("example.org", Outcome::pass, "")};
  CHECK(evaluated({.tags = "p=reject;adkim=s;aspf=s", .spf = same}).status == Status::pass);
}

TEST_CASE("dmarc: quarantine and reject are told apart") {
  CHECK(evaluated({}).disposition == Policy::reject);
  CHECK(evaluated({}).reject());
  CHECK(evaluated({.tags = "p=quarantine"}).disposition == Policy::quarantine);
  CHECK_FALSE(evaluated({.tags = "p=quarantine"}).reject());
  CHECK(evaluated({.tags = "p=none"}).disposition == Policy::none);
  CHECK(evaluated({.tags = "p=none"}).status == Status::fail);
}

TEST_CASE("dmarc: p, sp and np") {
  struct Row {
    std::string_view tags;
    bool own;
    bool exists;
    Policy policy;
    Source source;
  };

  const std::vector<Row> rows = {
      {"p=reject;sp=none;np=quarantine", true, true, Policy::reject, Source::p},
      {"p=reject;sp=none;np=quarantine", true, false, Policy::reject, Source::p},
      {"p=reject;sp=none;np=quarantine", false, true, Policy::none, Source::sp},
      {"p=reject;sp=none;np=quarantine", false, false, Policy::quarantine, Source::np},
      {"p=reject;sp=none", false, false, Policy::none, Source::sp},
      {"p=reject;np=none", false, true, Policy::reject, Source::p},
      {"p=reject", false, false, Policy::reject, Source::p},
  };
  for (const auto& row : rows) {
    CAPTURE(row.tags, row.own, row.exists);
    const auto applied = applicable(record(row.tags), row.own, row.exists);
    CHECK(applied.policy == row.policy);
    CHECK(applied.source == row.source);
  }
  CHECK(evaluated({.author = "a.example.org", .tags = "p=none;sp=reject"}).reject());
  CHECK_FALSE(
      evaluated(
          {.author = "a.example.org", .tags = "p=none;sp=reject", .record_domain = "a.example.org"})
          .reject());
}

TEST_CASE("dmarc: a passing trouble with an aligned domain spares the policy") {
  const auto spf = evaluated({.spf = {identifier("example.org", Outcome::temperror)}});
  CHECK(spf.status == Status::temperror);
  CHECK(spf.disposition == Policy::none);
  CHECK(evaluated({.spf = {identifier("example.org", Outcome::temperror)},
                   .dkim = {identifier("example.org", Outcome::pass)}})
            .status == Status::pass);
}

TEST_CASE("dmarc: a domain of others that never answers does not") {
  const std::vector<Identifier> evil = {
      identifier("evil.example", Outcome::temperror, "evil.example")};
  CHECK(evaluated({.spf = evil, .dkim = evil}).reject());
  // Its organization could not be asked for either.
  const std::vector<Identifier> unknown = {identifier("evil.example", Outcome::temperror, "")};
  CHECK(evaluated({.spf = unknown, .dkim = unknown}).reject());
  CHECK(evaluated({.dkim = {identifier("evil.example", Outcome::pass, "")}}).reject());
  // Below the author's organization it might be aligned.
  CHECK(evaluated({.dkim = {identifier("a.example.org", Outcome::pass, "")}}).status ==
        Status::temperror);
  CHECK(evaluated(
            {.tags = "p=reject;adkim=s", .dkim = {identifier("a.example.org", Outcome::pass, "")}})
            .reject());
}

TEST_CASE("dmarc: an empty domain is aligned with nothing") {
  CHECK(evaluated({.spf = {identifier("", Outcome::pass, "")}}).status == Status::fail);
}

TEST_CASE("dmarc: pct leaves some with the next milder policy") {
  CHECK(evaluated({.tags = "p=reject;pct=50", .draw = 49}).disposition == Policy::reject);
  const auto out = evaluated({.tags = "p=reject;pct=50", .draw = 50});
  CHECK(out.disposition == Policy::quarantine);
  CHECK(out.sampled_out);
  CHECK(evaluated({.tags = "p=quarantine;pct=0", .draw = 0}).disposition == Policy::none);
  CHECK(evaluated({.tags = "p=reject", .draw = 99}).disposition == Policy::reject);
}

TEST_CASE("dmarc: t=y asks for nothing to be done") {
  const auto result = evaluated({.tags = "p=reject;t=y"});
  CHECK(result.status == Status::fail);
  CHECK(result.testing);
  CHECK(result.disposition == Policy::none);
}
