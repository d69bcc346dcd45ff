// Whether blocklists can be believed, remembered for a while.
#pragma once

#include "dnsbl/dnsbl.h"

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace mox::dnsbl {

inline constexpr std::chrono::hours health_lifetime{4};

// May be shared by threads. `clock` must outlive it.
class HealthCache {
public:
  explicit HealthCache(const Clock& clock) : clock_(clock) {}

  // True when the list is healthy, and when that cannot be found out now: a check then says so
  // itself. Only what was found out is remembered. Several tasks that ask at once all ask the DNS.
  // The cache must outlive the task.
  async::Task<bool> usable(resolver::Resolver& resolver, dns::Name zone, Family family,
                           SteadyTime deadline);

private:
  using Key = std::pair<dns::Name, Family>;

  struct Entry {
    bool healthy = false;
    SteadyTime until;
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::map<Key, Entry> entries_; // of the lists that the configuration names: few
};

} // namespace mox::dnsbl
