#include "resolver/measured_resolver.h"

#include "text/ascii.h"

#include <string_view>
#include <utility>

namespace mox::resolver {

namespace {

// In the words that dashboards for mox know.
std::string_view result_of(const Result<Answer, Failure>& outcome) {
  if (outcome) return "ok";
  switch (outcome.error().problem) {
  case Problem::nxdomain:
  case Problem::no_data: return "nxdomain";
  case Problem::timeout: return "timeout";
  case Problem::servfail:
  case Problem::refused:
  case Problem::network: return "temporary";
  default: return "error";
  }
}

} // namespace

MeasuredResolver::MeasuredResolver(Resolver& resolver, const metrics::Metrics& metrics,
                                   const Clock& clock, std::string pkg)
    : resolver_(resolver), metrics_(metrics), clock_(clock), pkg_(std::move(pkg)) {}

async::Task<Result<Answer, Failure>> MeasuredResolver::query(dns::Name name, dns::Type type,
                                                             SteadyTime deadline) {
  const auto start = clock_.steady();
  auto outcome = co_await resolver_.query(std::move(name), type, deadline);
  metrics_.dns_lookup(pkg_, text::lower(dns::to_string(type)), result_of(outcome),
                      clock_.steady() - start);
  co_return outcome;
}

} // namespace mox::resolver
