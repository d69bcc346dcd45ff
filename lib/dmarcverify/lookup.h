// Finds the DMARC record that applies to a domain (RFC 7489 section 6.6.3, RFC 9989 section 4.10).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dmarc/record.h"
#include "dns/name.h"
#include "publicsuffix/publicsuffix.h"
#include "resolver/resolver.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mox::dmarcverify {

inline constexpr std::size_t walk_limit = 8; // questions of one walk (RFC 9989 section 4.10)

// A record and where it stands.
struct Found {
  dmarc::Record record;
  std::string text;       // the TXT record
  dns::Name domain;       // without "_dmarc."
  bool has_policy = true; // else it is only of use in a walk, for its psd tag and its being there
  bool authentic = false; // DNSSEC proves it, and the absence of those that would have come before
};

struct LookupFailure {
  enum class Kind : std::uint8_t {
    none,      // there is no record
    several,   // there are several at a name: they count as none
    malformed, // there is one that has no meaning
    temporary, // the DNS could not say
  };

  Kind kind = Kind::none;
  std::string text; // for people
  bool authentic = false;
};

enum class Wanted : std::uint8_t {
  policy,     // a record that says what is to be done; without that it is malformed
  any_record, // without that, too
};

// The record at `_dmarc.<domain>` and nowhere else.
async::Task<Result<Found, LookupFailure>> lookup_at(resolver::Resolver& resolver, dns::Name domain,
                                                    SteadyTime deadline,
                                                    Wanted wanted = Wanted::policy);

// Deviation: that of `author`, else that of its organizational domain, by the list of public
// suffixes (RFC 7489), which RFC 9989 does away with; that is `walk` below.
async::Task<Result<Found, LookupFailure>> lookup(resolver::Resolver& resolver,
                                                 const publicsuffix::List& suffixes,
                                                 dns::Name author, SteadyTime deadline);

// The domains that a walk from `start` asks about, itself first: without its first labels, so that
// at most `walk_limit` are asked about.
std::vector<dns::Name> walk_domains(const dns::Name& start);

// A walk up the tree from `start` (RFC 9989 section 4.10), to its end.
struct Walk {
  dns::Name start;
  std::vector<Found> records; // from the longest name to the shortest
  dns::Name organizational;   // RFC 9989 section 4.10.2
  // Of `start`: its own, else that of the organizational domain, else that of the public suffix.
  // An index into `records`; nothing when none applies.
  std::optional<std::size_t> applicable;
  bool authentic = false;
  // What is wrong with the nearest record that has no meaning at all: it counts as none.
  std::string malformed;
};

async::Task<Result<Walk, LookupFailure>> walk(resolver::Resolver& resolver, dns::Name start,
                                              SteadyTime deadline);

// The record that a walk found; the walk's failure when there is none.
Result<Found, LookupFailure> applicable(const Walk& walk);

// `_dmarc.<domain>`; nothing when that is too long for a name: it has no record then.
std::optional<dns::Name> record_name(const dns::Name& domain);

} // namespace mox::dmarcverify
