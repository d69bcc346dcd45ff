// The policy that is in force for a domain: from the cache, or asked for (RFC 8461 section 5).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "httpclient/client.h"
#include "mtasts/policy.h"
#include "mtastsfetch/cache.h"
#include "mtastsfetch/fetch.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mox::mtastsfetch {

struct InForce {
  // Nothing: the domain does not do MTA-STS, or not in a way that counts. A policy of the mode none
  // is given as it is.
  std::optional<mtasts::Policy> policy;
  bool fetched = false; // just now

  // What a report about TLS says went wrong (RFC 8460 section 4.3), though there may be a policy;
  // "" for nothing.
  std::string result_type;
  std::string reason; // "fetch+fallback-to-cached-policy"
  std::string text;   // for people
};

inline constexpr std::chrono::seconds new_policy_time{60};
inline constexpr std::chrono::seconds lookup_time{30}; // when a policy is known already
inline constexpr std::chrono::seconds refetch_time{30};

// Belongs to one thread; look-ups for several domains may overlap.
class Policies {
public:
  // All of them must outlive it.
  Policies(resolver::Resolver& resolver, httpclient::Client& client, Cache& cache,
           const Clock& clock)
      : resolver_(resolver), client_(client), cache_(cache), clock_(clock) {}

  // Fails when the DNS cannot say now whether the domain does MTA-STS, and nothing is remembered:
  // mail must wait.
  async::Task<Result<InForce>> get(dns::Name domain);
  // Looks again at a policy that is remembered; for regular work.
  async::Task<> refresh(dns::Name domain);

private:
  async::Task<Result<InForce>> ask(dns::Name domain, std::optional<Entry> old);
  async::Task<InForce> renew(dns::Name domain, Entry entry);
  async::Task<InForce> replace(dns::Name domain, Entry entry, std::string id);
  async::Task<InForce> fall_back(dns::Name domain, Entry entry, Failure why);
  async::Task<> keep(dns::Name domain, Entry entry);

  resolver::Resolver& resolver_;
  httpclient::Client& client_;
  Cache& cache_;
  const Clock& clock_;
};

} // namespace mox::mtastsfetch
