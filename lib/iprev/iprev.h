// The names of a client by its address, and whether they lead back to it: the method "iprev" of
// Authentication-Results (RFC 8601 sections 2.7.3 and 3).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "net/endpoint.h"
#include "resolver/resolver.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::iprev {

enum class Status : std::uint8_t {
  pass,      // a name leads back to the address
  fail,      // none does
  temperror, // it could not be found out now
  permerror, // the address has no name
};

// "temperror".
std::string_view to_string(Status status);

struct Outcome {
  Status status = Status::temperror;
  dns::Name name;               // that leads back; empty unless passed
  std::vector<dns::Name> names; // all that the address has, whether they lead back or not
  std::string problem;          // for people, when it did not pass
  bool authentic = false;       // DNSSEC proves what led to the status
};

// Of the names of an address no more than this are asked for: there should be one.
inline constexpr std::size_t name_limit = 10;

// Never fails: what goes wrong is a status. `resolver` must outlive the task.
async::Task<Outcome> lookup(resolver::Resolver& resolver, net::Address ip, SteadyTime deadline);

} // namespace mox::iprev
