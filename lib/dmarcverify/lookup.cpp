#include "dmarcverify/lookup.h"

#include <fmt/format.h>

namespace mox::dmarcverify {

namespace {

using Kind = LookupFailure::Kind;

LookupFailure failure_of(const resolver::Failure& problem, const dns::Name& name) {
  if (problem.absent())
    return {Kind::none, fmt::format("no DMARC record at {}", name.ascii()), problem.authentic};
  return {Kind::temporary, problem.text, false};
}

Result<Found, LookupFailure> choose(const resolver::Values<std::string>& texts,
                                    const dns::Name& domain, const dns::Name& name, Wanted wanted) {
  const auto claims = dmarc::claims(texts.values);
  if (claims.empty())
    return failure(LookupFailure{Kind::none, fmt::format("no DMARC record at {}", name.ascii()),
                                 texts.authentic});
  if (claims.size() > 1)
    return failure(LookupFailure{Kind::several,
                                 fmt::format("{} DMARC records at {}", claims.size(), name.ascii()),
                                 texts.authentic});
  auto record = dmarc::parse_record(claims.front());
  const bool has_policy = record.has_value();
  // What is like the record for reports about others has no policy, but is one.
  if (!record && wanted == Wanted::any_record) record = dmarc::parse_acceptance(claims.front());
  if (!record)
    return failure(LookupFailure{Kind::malformed,
                                 fmt::format("{}: {}", name.ascii(), record.error().text),
                                 texts.authentic});
  return Found{.record = *std::move(record),
               .text = std::string(claims.front()),
               .domain = domain,
               .has_policy = has_policy,
               .authentic = texts.authentic};
}

} // namespace

std::optional<dns::Name> record_name(const dns::Name& domain) {
  if (domain.empty()) return std::nullopt;
  auto name = dns::parse_name("_dmarc." + domain.ascii(), {.any_printable = true});
  if (!name) return std::nullopt;
  return *std::move(name);
}

async::Task<Result<Found, LookupFailure>> lookup_at(resolver::Resolver& resolver, dns::Name domain,
                                                    SteadyTime deadline, Wanted wanted) {
  const auto name = record_name(domain);
  if (!name) co_return failure(LookupFailure{Kind::none, "the name is too long for a record"});
  const auto texts = co_await resolver::lookup_txt(resolver, *name, deadline);
  if (!texts) co_return failure(failure_of(texts.error(), *name));
  co_return choose(*texts, domain, *name, wanted);
}

async::Task<Result<Found, LookupFailure>> lookup(resolver::Resolver& resolver,
                                                 const publicsuffix::List& suffixes,
                                                 dns::Name author, SteadyTime deadline) {
  auto own = co_await lookup_at(resolver, author, deadline);
  const auto organizational = suffixes.organizational(author);
  // Several records at a name are as good as none: they are discarded before it is asked whether
  // any is left (RFC 7489 section 6.6.3).
  const bool is_absent =
      !own && (own.error().kind == Kind::none || own.error().kind == Kind::several);
  if (!is_absent || organizational == author) co_return own;
  auto above = co_await lookup_at(resolver, organizational, deadline);
  if (above) {
    above->authentic = above->authentic && own.error().authentic;
    co_return above;
  }
  if (above.error().kind == Kind::none && own.error().kind == Kind::several) co_return own;
  above.error().authentic = above.error().authentic && own.error().authentic;
  co_return above;
}

} // namespace mox::dmarcverify
