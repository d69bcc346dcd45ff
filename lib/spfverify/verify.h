// Asks whether a client may send mail for a domain: check_host() of SPF (RFC 7208 section 4).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "net/endpoint.h"
#include "resolver/resolver.h"
#include "spf/received_spf.h"
#include "spf/record.h"
#include "spf/sender.h"
#include "spf/verdict.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mox::spfverify {

// RFC 7208 section 4.6.4. They hold for a whole check, records that are included among it.
struct Limits {
  unsigned terms = 10;        // that ask the DNS: include, a, mx, ptr, exists, redirect, "%{p}"
  unsigned void_lookups = 2;  // that find nothing
  std::size_t mx_hosts = 10;  // of one name; more are an error
  std::size_t ptr_names = 10; // of the client; more are left out
};

struct Request {
  net::Address ip; // of the client
  spf::Sender sender;
  dns::Name domain;   // whose policy to begin with; empty for the sender's
  std::string helo;   // as EHLO gave it
  dns::Name receiver; // who checks; empty when explanations are not to tell
  WallTime time;      // now, for explanations
  Limits limits = {};
};

// One record on the way to the verdict.
struct Step {
  dns::Name domain;
  std::string mechanism; // as written, with its qualifier
};

struct Outcome {
  spf::Verdict verdict = spf::Verdict::none;
  spf::Identity identity = spf::Identity::mail_from;
  dns::Name domain;        // whose policy it is; empty when there was no name
  std::string record;      // the one of `domain`; empty when there is none
  std::string mechanism;   // that matched, in the first record or one that it redirects to, or
                           // that failed; "default" when none matched
  std::vector<Step> steps; // from the record that `mechanism` is in through includes to the one
                           // that really matched
  std::string reason;      // of the match, for people: what the DNS said
  std::string problem;     // for none, temperror and permerror: what is wrong
  std::string explanation; // of a fail, by the domain: a claim of theirs, printable ASCII
  unsigned terms = 0;
  unsigned void_lookups = 0;
  unsigned queries = 0;   // all that were asked
  bool authentic = false; // DNSSEC proves all answers that led to the verdict
};

// Never fails: what goes wrong is a verdict. Asks one thing after the other, some 130 at most, and
// all before `deadline`, which RFC 7208 section 4.6.4 wants 20 seconds away at least. `resolver`
// must outlive the task.
async::Task<Outcome> verify(resolver::Resolver& resolver, Request request, SteadyTime deadline);

// The one record of a domain.
struct Found {
  std::string text;
  spf::Record record;
  bool authentic = false;
};

struct LookupProblem {
  spf::Verdict verdict = spf::Verdict::none; // none, temperror or permerror
  std::string text;
  std::string record; // that cannot be read
  bool authentic = false;
};

// RFC 7208 sections 4.4 to 4.6: none, one, or what is wrong with it.
async::Task<Result<Found, LookupProblem>> lookup(resolver::Resolver& resolver, dns::Name domain,
                                                 SteadyTime deadline);

// What stands in the message about it. `utf8`: the message may have U-labels.
spf::ReceivedSpf received_spf(const Request& request, const Outcome& outcome, bool utf8);

} // namespace mox::spfverify
