// The TLSA records of a server (RFC 7671, RFC 7672 section 2.2).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "dns/record.h"
#include "mxpolicy/decision.h"
#include "net/endpoint.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mox::daneverify {

// A host that was asked for its addresses.
struct Server {
  dns::Name host;
  dns::Name expanded;                  // where its aliases lead
  bool authentic = false;              // DNSSEC proves aliases and addresses
  std::vector<net::Address> addresses; // at least one
};

async::Task<Result<Server, resolver::Failure>> find_server(resolver::Resolver& resolver,
                                                           dns::Name host, SteadyTime deadline);

struct Records {
  mxpolicy::Dane state = mxpolicy::Dane::none;
  dns::Name base;                 // the host whose records these are
  std::vector<dns::Tlsa> records; // those that count, for usable
  // What a report about TLS says (RFC 8460 section 4.3): "tlsa-invalid" or "dnssec-invalid"; else
  // "".
  std::string result_type;
  std::string text; // for people: why there are none that count
};

// For SMTP: the records at the end of the aliases, else those of the host itself, when DNSSEC
// proves the way to them (RFC 7672 section 2.2.3). `mx_authentic` says the same of what led to the
// host.
async::Task<Records> find_smtp_records(resolver::Resolver& resolver, const Server& server,
                                       std::uint16_t port, bool mx_authentic, SteadyTime deadline);

// For others: at the end of the aliases when DNSSEC proves them, else of the host itself (RFC 7671
// section 7). All usages count. The state is none, usable, unusable or unknown in the same meaning.
async::Task<Records> find_records(resolver::Resolver& resolver, const Server& server,
                                  std::uint16_t port, SteadyTime deadline);

// The names of which one must stand in the certificate for DANE-TA; the first is what to ask for
// with SNI (RFC 7672 section 3.2.2).
std::vector<dns::Name> names_for(const Records& records, const Server& server,
                                 const dns::Name& domain, const dns::Name& expanded_domain);

} // namespace mox::daneverify
