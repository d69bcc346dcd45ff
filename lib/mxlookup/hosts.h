// Which hosts take mail for a domain (RFC 5321 section 5.1, RFC 7505), and what DNSSEC proves of it
// (RFC 7672 section 2.2.1).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "random/random.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mox::mxlookup {

// Of more hosts those with the highest numbers are left out.
inline constexpr std::size_t host_limit = 32;

struct Host {
  dns::Name name;
  std::uint16_t preference = 0;
  bool operator==(const Host&) const = default;
};

struct Hosts {
  dns::Name domain;       // as it was asked for
  dns::Name expanded;     // where its aliases lead
  bool authentic = false; // DNSSEC proves the aliases and the MX records, or that there are none
  bool implicit = false;  // there are no MX records: the domain is its own host
  std::vector<Host> all;  // in the order to try, at least one
};

enum class Problem : std::uint8_t {
  no_domain, // it does not exist
  no_mail,   // it takes no mail (RFC 7505)
  bad_mx,    // all its MX records name no host
  temporary, // the DNS cannot say
};

struct Failure {
  Problem problem = Problem::temporary;
  bool bogus = false; // temporary: DNSSEC proves that the answer is not genuine
  std::string text;   // for people

  // Trying again would not help.
  bool permanent() const { return problem != Problem::temporary; }
};

// Hosts of one preference come in random order (RFC 5321 section 5.1).
async::Task<Result<Hosts, Failure>> find_hosts(resolver::Resolver& resolver, Random& random,
                                               dns::Name domain, SteadyTime deadline);

} // namespace mox::mxlookup
