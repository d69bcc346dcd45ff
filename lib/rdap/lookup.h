// Asking registries when a domain was registered (RFC 9082, RFC 9224).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "httpclient/client.h"
#include "result/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::rdap {

inline constexpr std::string_view iana_bootstrap = "https://data.iana.org/rdap/dns.json";

enum class Problem : std::uint8_t {
  no_registry, // no RDAP server is known for the domain's top level
  no_domain,   // it is not registered
  no_date,     // the registry does not say since when
  syntax,      // what a server says cannot be read
  temporary,   // a server could not be asked
};

struct Failure {
  Problem problem = Problem::temporary;
  std::string text; // for people
};

struct Registration {
  std::chrono::sys_seconds when; // the latest
  std::string server;            // whose words these are
};

// `domain` is one that is registered, not one below. `bootstrap` is where the list of servers is.
async::Task<Result<Registration, Failure>> lookup_registration(httpclient::Client& client,
                                                               std::string bootstrap,
                                                               dns::Name domain,
                                                               SteadyTime deadline);

// "3 years, 20 days": a year has 365. Without "s" for one.
std::string age_text(std::chrono::sys_seconds registered, std::chrono::sys_seconds now);

} // namespace mox::rdap
