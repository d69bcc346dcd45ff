#include "dmarcverify/verify.h"

#include <algorithm>
#include <map>

namespace mox::dmarcverify {

namespace {

using dmarc::Identifier;
using dmarc::Outcome;
using dmarc::Status;
using Kind = LookupFailure::Kind;

Status status_of(Kind kind) {
  switch (kind) {
  case Kind::none:
  case Kind::several: return Status::none;
  case Kind::malformed: return Status::permerror;
  case Kind::temporary: return Status::temperror;
  }
  return Status::none;
}

Verdict without_record(LookupFailure problem) {
  Verdict verdict;
  verdict.evaluation.status = status_of(problem.kind);
  verdict.authentic = problem.authentic;
  verdict.problem = std::move(problem.text);
  return verdict;
}

// A domain does not exist when it has neither addresses nor MX (RFC 9989 section 3.2). When that
// cannot be said, it does: np= is for the clear case.
async::Task<bool> exists(resolver::Resolver& resolver, dns::Name domain, SteadyTime deadline) {
  for (const auto type : {dns::Type::a, dns::Type::aaaa, dns::Type::mx}) {
    const auto answer = co_await resolver.query(domain, type, deadline);
    if (answer) co_return true;
    if (answer.error().problem == resolver::Problem::nxdomain) co_return false;
    if (!answer.error().absent()) co_return true;
  }
  co_return false;
}

// The organization matters: alignment is relaxed, and it is not the author's own domain.
bool needs_organization(const Question& question, const Identifier& identifier, dmarc::Mode mode) {
  return mode == dmarc::Mode::relaxed && identifier.outcome != Outcome::other &&
         !identifier.domain.empty() && identifier.domain != question.author;
}

// Organizational domains by walks, each domain walked from once.
class Organizations {
public:
  Organizations(resolver::Resolver& resolver, const Walk& author, SteadyTime deadline)
      : resolver_(resolver), deadline_(deadline) {
    known_[author.start] = author.organizational;
  }

  // Empty when it cannot be found out for a passing moment, or too many were asked for.
  async::Task<dns::Name> of(dns::Name domain) {
    if (const auto known = known_.find(domain); known != known_.end()) co_return known->second;
    if (known_.size() > identifier_limit) co_return dns::Name();
    const auto found = co_await walk(resolver_, domain, deadline_);
    auto& name = known_[domain];
    if (found) name = found->organizational;
    co_return name;
  }

private:
  resolver::Resolver& resolver_;
  SteadyTime deadline_;
  std::map<dns::Name, dns::Name> known_;
};

// Only names with the author's organization above them can be aligned.
bool can_align(const Identifier& identifier, const dns::Name& organizational) {
  return identifier.domain.is_same_or_below(organizational);
}

async::Task<> set_organizations(Organizations& organizations, const Question& question,
                                const dns::Name& organizational,
                                std::vector<Identifier>& identifiers, dmarc::Mode mode) {
  for (auto& identifier : identifiers) {
    if (!needs_organization(question, identifier, mode)) continue;
    if (!can_align(identifier, organizational)) continue;
    identifier.organizational = co_await organizations.of(identifier.domain);
  }
}

void set_organizations(const publicsuffix::List& suffixes, std::vector<Identifier>& identifiers) {
  for (auto& identifier : identifiers)
    identifier.organizational = suffixes.organizational(identifier.domain);
}

async::Task<Verdict> evaluate(resolver::Resolver& resolver, Question question, Found found,
                              dns::Name organizational, SteadyTime deadline) {
  Verdict verdict;
  verdict.organizational = organizational;
  verdict.authentic = found.authentic;
  if (found.record.nonexistent_policy && found.domain != question.author)
    verdict.exists = co_await exists(resolver, question.author, deadline);
  verdict.evaluation = dmarc::evaluate({.author = question.author,
                                        .organizational = organizational,
                                        .record = found.record,
                                        .record_domain = found.domain,
                                        .exists = verdict.exists,
                                        .spf = std::move(question.spf),
                                        .dkim = std::move(question.dkim),
                                        .draw = question.draw});
  if (verdict.evaluation.status == Status::temperror)
    verdict.problem = "SPF or DKIM of an aligned domain could not be checked for now";
  verdict.found = std::move(found);
  co_return verdict;
}

async::Task<Verdict> verify_by_walk(resolver::Resolver& resolver, Question question,
                                    SteadyTime deadline) {
  const auto walked = co_await walk(resolver, question.author, deadline);
  if (!walked) co_return without_record(walked.error());
  auto found = applicable(*walked);
  if (!found) co_return without_record(std::move(found).error());
  Organizations organizations(resolver, *walked, deadline);
  const auto& record = found->record;
  co_await set_organizations(organizations, question, walked->organizational, question.spf,
                             record.spf_mode);
  co_await set_organizations(organizations, question, walked->organizational, question.dkim,
                             record.dkim_mode);
  co_return co_await evaluate(resolver, std::move(question), *std::move(found),
                              walked->organizational, deadline);
}

async::Task<Verdict> verify_by_list(resolver::Resolver& resolver,
                                    const publicsuffix::List& suffixes, Question question,
                                    SteadyTime deadline) {
  auto found = co_await lookup(resolver, suffixes, question.author, deadline);
  if (!found) co_return without_record(std::move(found).error());
  set_organizations(suffixes, question.spf);
  set_organizations(suffixes, question.dkim);
  const auto organizational = suffixes.organizational(question.author);
  co_return co_await evaluate(resolver, std::move(question), *std::move(found), organizational,
                              deadline);
}

} // namespace

async::Task<Verdict> verify(resolver::Resolver& resolver, const publicsuffix::List& suffixes,
                            Question question, SteadyTime deadline) {
  if (question.discovery == Discovery::tree_walk)
    co_return co_await verify_by_walk(resolver, std::move(question), deadline);
  co_return co_await verify_by_list(resolver, suffixes, std::move(question), deadline);
}

} // namespace mox::dmarcverify
