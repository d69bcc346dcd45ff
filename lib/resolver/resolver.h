// Asking the DNS, so that tests can answer.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/extended_error.h"
#include "dns/name.h"
#include "dns/record.h"
#include "net/endpoint.h"
#include "result/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::resolver {

// Why there is no answer.
enum class Problem : std::uint8_t {
  nxdomain,    // the name does not exist
  no_data,     // the name exists, but has no such record
  servfail,    // a server could not answer
  refused,     // a server does not want to answer
  timeout,     // nobody answered before the deadline
  network,     // no server could be reached
  bogus,       // DNSSEC proves that the answer is not genuine
  no_anchor,   // no trust anchor of ours fits the root: an old system, not a bad answer
  malformed,   // what came is no answer, or a chain of aliases that does not end
  unsupported, // the name cannot be asked for
};

// For people: "no such name".
std::string_view to_string(Problem problem);

struct Failure {
  Problem problem = Problem::servfail;
  bool authentic = false; // nxdomain and no_data: DNSSEC proves it
  std::chrono::seconds ttl{};
  std::string text; // for people: name, type, what went wrong, the extended errors
  // What the server has added in numbers; a validating resolver gives reasons in words alone.
  std::vector<dns::ExtendedError> extended_errors{};

  // The records are not there; anything else may be different later.
  bool absent() const { return problem == Problem::nxdomain || problem == Problem::no_data; }
};

// Of a question: "example.org MX: no such name", with `detail` in parentheses unless it is empty.
Failure failed(Problem problem, const dns::Name& name, dns::Type type,
               std::string_view detail = {});

// At least one record. Records of the wanted type whose content cannot be read, such as a host that
// is no name, are left out and counted.
struct Answer {
  std::vector<dns::Record> records; // of the wanted type only, owned by `name`
  dns::Name name;                   // where the aliases (CNAME) lead; the asked one without any
  std::vector<dns::Name> aliases;   // the asked name and those on the way to `name`; else empty
  bool authentic = false;           // DNSSEC proves all of it, every alias included
  std::chrono::seconds ttl{};       // the smallest of all
  std::size_t unreadable = 0;
  std::vector<dns::ExtendedError> extended_errors{}; // of an answer too: that it is stale, say
};

class Resolver {
public:
  virtual ~Resolver() = default;
  // Follows aliases, 16 at most. The task runs on the caller's executor. One look-up never takes
  // longer than its deadline, whatever number of servers is asked.
  virtual async::Task<Result<Answer, Failure>> query(dns::Name name, dns::Type type,
                                                     SteadyTime deadline) = 0;
};

// --- the same with the type's own values ---

template <class T> struct Values {
  std::vector<T> values;
  dns::Name name;
  bool authentic = false;
  std::chrono::seconds ttl{};
};

async::Task<Result<Values<std::string>, Failure>> lookup_txt(Resolver& resolver, dns::Name name,
                                                             SteadyTime deadline);
// In order of preference, and within one as they came.
async::Task<Result<Values<dns::Mx>, Failure>> lookup_mx(Resolver& resolver, dns::Name name,
                                                        SteadyTime deadline);
async::Task<Result<Values<dns::Tlsa>, Failure>> lookup_tlsa(Resolver& resolver, dns::Name name,
                                                            SteadyTime deadline);
// A and AAAA at once. Fails with what is worse when neither has records; addresses of one family
// are returned even when the other could not be asked. Authentic when both answers, or the proof
// that there is none, are; a family that could not be asked does not count, so that who suppresses
// one answer does not take away the proof of the other (RFC 7672 section 2.2.2).
async::Task<Result<Values<net::Address>, Failure>>
lookup_addresses(Resolver& resolver, dns::Name name, SteadyTime deadline);
async::Task<Result<Values<net::Address>, Failure>> lookup_a(Resolver& resolver, dns::Name name,
                                                            SteadyTime deadline);
async::Task<Result<Values<net::Address>, Failure>> lookup_aaaa(Resolver& resolver, dns::Name name,
                                                               SteadyTime deadline);
// Host names of an address, by reverse_name().
async::Task<Result<Values<dns::Name>, Failure>> lookup_ptr(Resolver& resolver, net::Address address,
                                                           SteadyTime deadline);

// "1.2.0.192.in-addr.arpa", or under ip6.arpa (RFC 1035 section 3.5, RFC 3596 section 2.5).
dns::Name reverse_name(const net::Address& address);
// What stands before the zone: "1.2.0.192", or 32 nibbles with dots; for blocklists (RFC 5782).
std::string reversed(const net::Address& address);

} // namespace mox::resolver
