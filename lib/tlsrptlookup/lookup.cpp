#include "tlsrptlookup/lookup.h"

#include <fmt/format.h>

namespace mox::tlsrptlookup {

namespace {

using Kind = LookupFailure::Kind;

Result<Found, LookupFailure> choose(const resolver::Values<std::string>& texts,
                                    const dns::Name& name) {
  const auto claims = tlsrpt::claims(texts.values);
  if (claims.empty())
    return failure(LookupFailure{Kind::none, fmt::format("no TLSRPT record at {}", name.ascii()),
                                 texts.authentic});
  if (claims.size() > 1)
    return failure(LookupFailure{
        Kind::several, fmt::format("{} TLSRPT records at {}", claims.size(), name.ascii()),
        texts.authentic});
  auto record = tlsrpt::parse_record(claims.front());
  if (!record)
    return failure(LookupFailure{Kind::malformed,
                                 fmt::format("{}: {}", name.ascii(), record.error().text),
                                 texts.authentic});
  return Found{*std::move(record), std::string(claims.front()), texts.authentic};
}

} // namespace

async::Task<Result<Found, LookupFailure>> lookup(resolver::Resolver& resolver, dns::Name domain,
                                                 SteadyTime deadline) {
  const auto name = dns::parse_name("_smtp._tls." + domain.ascii(), {.any_printable = true});
  if (!name) co_return failure(LookupFailure{Kind::none, "the name is too long for a record"});
  const auto texts = co_await resolver::lookup_txt(resolver, *name, deadline);
  if (texts) co_return choose(*texts, *name);
  const auto& problem = texts.error();
  if (problem.absent())
    co_return failure(LookupFailure{
        Kind::none, fmt::format("no TLSRPT record at {}", name->ascii()), problem.authentic});
  co_return failure(LookupFailure{Kind::temporary, problem.text, false});
}

} // namespace mox::tlsrptlookup
