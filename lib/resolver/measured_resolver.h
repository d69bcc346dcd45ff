// Counts what another resolver does, for one of its users.
#pragma once

#include "clock/clock.h"
#include "metrics/metrics.h"
#include "resolver/resolver.h"

#include <string>

namespace mox::resolver {

// Observes mox_dns_lookup_duration_seconds with `pkg`. All must outlive this.
class MeasuredResolver final : public Resolver {
public:
  MeasuredResolver(Resolver& resolver, const metrics::Metrics& metrics, const Clock& clock,
                   std::string pkg);
  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override;

private:
  Resolver& resolver_;
  const metrics::Metrics& metrics_;
  const Clock& clock_;
  std::string pkg_;
};

} // namespace mox::resolver
