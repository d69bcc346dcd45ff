// Whether a host takes reports about a domain of others (RFC 7489 section 7.1, RFC 9990).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dmarc/record.h"
#include "dns/name.h"
#include "publicsuffix/publicsuffix.h"
#include "resolver/resolver.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mox::dmarcverify {

struct Destination {
  enum class Status : std::uint8_t {
    same_organization, // nobody needs to be asked
    accepted,
    refused,   // it has not said that it takes them
    temporary, // the DNS could not say
  };

  Status status = Status::refused;
  bool authentic = false;
  std::string text; // for people: which name was asked, and what was there
  // Where the reports are rather wanted, at the same host; empty for as the record says.
  std::vector<dmarc::Uri> aggregate_reports;
  std::vector<dmarc::Uri> failure_reports;

  bool accepts() const { return status <= Status::accepted; }
};

// `domain` is where the DMARC record stands; `host` that of the address for reports.
async::Task<Destination> check_destination(resolver::Resolver& resolver,
                                           const publicsuffix::List& suffixes, dns::Name domain,
                                           dns::Name host, SteadyTime deadline);

} // namespace mox::dmarcverify
