#include "dnsbl/health_cache.h"

#include <optional>

namespace mox::dnsbl {

async::Task<bool> HealthCache::usable(resolver::Resolver& resolver, dns::Name zone, Family family,
                                      SteadyTime deadline) {
  const Key key(zone, family);
  {
    const std::scoped_lock lock(mutex_);
    const auto known = entries_.find(key);
    if (known != entries_.end() && clock_.steady() < known->second.until)
      co_return known->second.healthy;
  }
  const auto health = co_await check_health(resolver, std::move(zone), family, deadline);
  if (health.status == Status::temperror) co_return true;
  const bool healthy = health.status == Status::pass;
  const std::scoped_lock lock(mutex_);
  entries_[key] = {.healthy = healthy, .until = clock_.steady() + health_lifetime};
  co_return healthy;
}

} // namespace mox::dnsbl
