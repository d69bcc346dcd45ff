// Asks name servers that ask others: those of this machine, or given ones.
#pragma once

#include "clock/clock.h"
#include "dns/packet.h"
#include "random/random.h"
#include "resolver/cache.h"
#include "resolver/resolv_conf.h"
#include "resolver/resolver.h"

#include <chrono>
#include <vector>

namespace mox::resolver {

// What a server says about DNSSEC (AD) is worth as much as the way to it: it is believed of one on
// this machine, and of one that somebody vouches for.
class StubResolver final : public Resolver {
public:
  struct Server {
    net::Endpoint endpoint;
    bool trusted = false; // believed though it is not on this machine
  };

  struct Options {
    std::vector<Server> servers;             // asked in this order; at least one
    std::chrono::milliseconds timeout{5000}; // for one answer, when the deadline leaves so much
    int attempts = 2;                        // for each server
  };

  // All must outlive this. Several resolvers may share a cache when they ask the same servers.
  StubResolver(Options options, Random& random, Cache& cache);

  async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                             SteadyTime deadline) override;

private:
  async::Task<Outcome> ask(dns::Name name, dns::Type type, SteadyTime deadline);
  async::Task<Outcome> ask_servers(dns::Question question, SteadyTime deadline);

  Options options_;
  Random& random_;
  Cache& cache_;
};

// As resolv.conf says, on port 53.
StubResolver::Options options_of(const ResolvConf& conf);

} // namespace mox::resolver
