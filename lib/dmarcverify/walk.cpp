// The walk up the tree (RFC 9989 section 4.10).
#include "dmarcverify/lookup.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::dmarcverify {

namespace {

using Kind = LookupFailure::Kind;
using dmarc::PublicSuffix;

// psd=n ends a walk, and psd=y does but at its start.
bool is_end(const dmarc::Record& record, bool at_start) {
  return record.public_suffix == PublicSuffix::no ||
         (record.public_suffix == PublicSuffix::yes && !at_start);
}

// `start` cut to one label more than `above` has.
dns::Name one_below(dns::Name start, const dns::Name& above) {
  while (start.label_count() > above.label_count() + 1) start = start.parent();
  return start;
}

// RFC 9989 section 4.10.2.
dns::Name organizational_of(const Walk& walk) {
  for (const auto& found : walk.records) {
    if (found.record.public_suffix == PublicSuffix::no) return found.domain;
    if (found.record.public_suffix == PublicSuffix::yes && found.domain != walk.start)
      return one_below(walk.start, found.domain);
  }
  return walk.records.empty() ? walk.start : walk.records.back().domain;
}

std::optional<std::size_t> index_of(const Walk& walk, const dns::Name& domain) {
  const auto found = std::ranges::find(walk.records, domain, &Found::domain);
  if (found == walk.records.end()) return std::nullopt;
  return static_cast<std::size_t>(found - walk.records.begin());
}

// RFC 9989 section 4.10.1.
std::optional<std::size_t> applicable_of(const Walk& walk) {
  if (const auto own = index_of(walk, walk.start)) return own;
  if (const auto above = index_of(walk, walk.organizational)) return above;
  for (std::size_t i = 0; i < walk.records.size(); ++i)
    if (walk.records[i].record.public_suffix == PublicSuffix::yes && walk.records[i].has_policy)
      return i;
  return std::nullopt;
}

} // namespace

std::vector<dns::Name> walk_domains(const dns::Name& start) {
  std::vector<dns::Name> domains;
  if (start.empty()) return domains;
  domains.push_back(start);
  auto domain = start.parent();
  while (domain.label_count() >= walk_limit) domain = domain.parent();
  for (; !domain.empty(); domain = domain.parent()) domains.push_back(domain);
  return domains;
}

async::Task<Result<Walk, LookupFailure>> walk(resolver::Resolver& resolver, dns::Name start,
                                              SteadyTime deadline) {
  Walk result{.start = start, .authentic = true};
  const auto domains = walk_domains(start);
  for (const auto& domain : domains) {
    auto found = co_await lookup_at(resolver, domain, deadline, Wanted::any_record);
    if (!found && found.error().kind == Kind::temporary)
      co_return failure(std::move(found).error());
    result.authentic = result.authentic && (found ? found->authentic : found.error().authentic);
    if (!found) {
      if (found.error().kind == Kind::malformed && result.malformed.empty())
        result.malformed = std::move(found.error().text);
      continue;
    }
    result.records.push_back(*std::move(found));
    if (is_end(result.records.back().record, domain == start)) break;
  }
  result.organizational = organizational_of(result);
  result.applicable = applicable_of(result);
  co_return result;
}

Result<Found, LookupFailure> applicable(const Walk& walk) {
  if (walk.applicable) {
    auto found = walk.records[*walk.applicable];
    if (!found.has_policy)
      return failure(LookupFailure{
          Kind::malformed,
          fmt::format("the DMARC record of {} has no usable p, sp or np", found.domain.ascii()),
          walk.authentic});
    found.authentic = walk.authentic;
    return found;
  }
  if (!walk.malformed.empty())
    return failure(LookupFailure{Kind::malformed, walk.malformed, walk.authentic});
  return failure(LookupFailure{Kind::none,
                               fmt::format("no DMARC record for {} or above", walk.start.ascii()),
                               walk.authentic});
}

} // namespace mox::dmarcverify
