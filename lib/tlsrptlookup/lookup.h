// Finds the TLSRPT record of a domain (RFC 8460 section 3).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "resolver/resolver.h"
#include "result/result.h"
#include "tlsrpt/record.h"

#include <cstdint>
#include <string>

namespace mox::tlsrptlookup {

struct Found {
  tlsrpt::Record record;
  std::string text;       // the TXT record
  bool authentic = false; // DNSSEC proves it
};

struct LookupFailure {
  enum class Kind : std::uint8_t {
    none,      // there is no record
    several,   // there are several: they count as none
    malformed, // there is one that has no meaning
    temporary, // the DNS could not say
  };

  Kind kind = Kind::none;
  std::string text; // for people
  bool authentic = false;
};

// At `_smtp._tls.<domain>`, where aliases are followed.
async::Task<Result<Found, LookupFailure>> lookup(resolver::Resolver& resolver, dns::Name domain,
                                                 SteadyTime deadline);

} // namespace mox::tlsrptlookup
