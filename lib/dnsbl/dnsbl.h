// Blocklists that are asked by the DNS (RFC 5782).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "net/endpoint.h"
#include "resolver/resolver.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dnsbl {

enum class Status : std::uint8_t {
  pass,      // not listed
  fail,      // listed
  temperror, // the list could not be asked, does not want to answer us, or is not one
};

// "temperror".
std::string_view to_string(Status status);

struct Outcome {
  Status status = Status::temperror;
  std::vector<net::Address> codes; // what the list answers, such as 127.0.0.2
  std::string explanation;         // of the list, for a listed address: its texts, with "; "
                                   // between; printable ASCII
  std::string problem;             // for a temperror
  bool authentic = false;
};

// An explanation has so many bytes at most.
inline constexpr std::size_t explanation_limit = 500;

// Whether `ip`, of either family, is in the list (RFC 5782 sections 2.1 and 2.4). Addresses outside
// of 127.0.0.0/8 are no answers of a list, and those in 127.255.255.0/24 are what lists say to
// resolvers that they do not want to serve: neither makes an address listed. Never fails: what goes
// wrong is a status. `resolver` must outlive the task.
async::Task<Outcome> check(resolver::Resolver& resolver, dns::Name zone, net::Address ip,
                           SteadyTime deadline);

enum class Family : std::uint8_t { ipv4, ipv6 };

struct Health {
  Status status = Status::temperror; // pass: it can be believed; fail: it cannot
  std::string problem;               // when it did not pass
};

// RFC 5782 section 5: 127.0.0.2 must be listed and 127.0.0.1 must not, or for IPv6
// ::ffff:7f00:2 and ::ffff:7f00:1. A list that is gone answers everything, or nothing.
async::Task<Health> check_health(resolver::Resolver& resolver, dns::Name zone, Family family,
                                 SteadyTime deadline);

} // namespace mox::dnsbl
