// Asking for the policy of MTA-STS that a domain has now (RFC 8461 section 3).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "httpclient/client.h"
#include "mtasts/policy.h"
#include "mtasts/record.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <cstdint>
#include <string>

namespace mox::mtastsfetch {

enum class Problem : std::uint8_t {
  no_record,       // the domain does not do MTA-STS
  several_records, // the same, by RFC 8461 section 3.1
  record_syntax,   // the same
  dns,             // it cannot be known now whether it does
  no_policy,       // the policy's host does not exist, or has none (404)
  certificate,     // the policy's host has no good certificate
  fetch,           // the policy could not be had
  policy_syntax,   // it is no policy
};

struct Failure {
  Problem problem = Problem::no_record;
  std::string text; // for people

  // RFC 8460 section 4.3: "sts-policy-fetch-error"; "" where there is nothing to report.
  std::string_view result_type() const;
  // A word for that report's failure-reason-code.
  std::string_view reason() const;
};

struct FoundRecord {
  mtasts::Record record;
  std::string text; // as it stands in the DNS
  bool authentic = false;
};

async::Task<Result<FoundRecord, Failure>> lookup_record(resolver::Resolver& resolver,
                                                        dns::Name domain, SteadyTime deadline);

struct FoundPolicy {
  mtasts::Policy policy;
  std::string text; // as it was served
};

// Over HTTPS, with the certificate that the policy's host must have, without following redirects.
async::Task<Result<FoundPolicy, Failure>> fetch_policy(resolver::Resolver& resolver,
                                                       httpclient::Client& client, dns::Name domain,
                                                       SteadyTime deadline);

} // namespace mox::mtastsfetch
