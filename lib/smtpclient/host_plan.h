// How a delivery to one host of a domain is to be made: its addresses, what it demands, and the TLS
// that follows from it. The asking half of mxpolicy.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "daneverify/tlsa_lookup.h"
#include "mtasts/policy.h"
#include "mxlookup/hosts.h"
#include "mxpolicy/decision.h"
#include "resolver/resolver.h"
#include "smtpclient/delivery_policy.h"
#include "smtpclient/tls_policy.h"

#include <cstdint>
#include <optional>

namespace mox::smtpclient {

struct DeliveryWish {
  std::optional<mtasts::Policy> sts; // that is in force for the recipient's domain
  std::optional<bool> require_tls;   // true: REQUIRETLS, false: "TLS-Required: No"
  bool never_plaintext = false;
  std::uint16_t port = 25;
};

struct HostPlan {
  mxpolicy::Decision decision;
  // The addresses could not be found, and nothing else is known.
  std::optional<resolver::Failure> problem;
  daneverify::Server server;
  daneverify::Records records;
  TlsPolicy tls; // for the action deliver
};

// Looks up no more than what matters: nothing of a host that the policy of MTA-STS does not have,
// and no TLSA records where they would not count.
async::Task<HostPlan> plan_host(resolver::Resolver& resolver, const mxlookup::Hosts& hosts,
                                const mxlookup::Host& host, const DeliveryWish& wish,
                                const DeliveryContexts& contexts, SteadyTime deadline);

} // namespace mox::smtpclient
