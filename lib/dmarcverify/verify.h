// Whether the author domain of a message has sent it, by DMARC (RFC 7489 section 6.6.2).
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dmarc/evaluate.h"
#include "dmarcverify/lookup.h"
#include "dns/name.h"
#include "publicsuffix/publicsuffix.h"
#include "resolver/resolver.h"

#include <optional>
#include <string>
#include <vector>

namespace mox::dmarcverify {

enum class Discovery : std::uint8_t {
  public_suffix, // RFC 7489: the domain, then its organizational domain by the list
  tree_walk,     // RFC 9989
};

// `organizational` of the identifiers is set by verify().
struct Question {
  dns::Name author;                   // dmarc::author_domain()
  std::vector<dmarc::Identifier> spf; // none or one
  std::vector<dmarc::Identifier> dkim;
  Discovery discovery = Discovery::public_suffix;
  unsigned draw = 0; // uniform in [0, 100), for pct
};

struct Verdict {
  dmarc::Evaluation evaluation; // its status says it all
  std::optional<Found> found;   // the record used
  dns::Name organizational;     // of the author; empty when it could not be found out
  bool exists = true;           // the author domain; asked only where np= makes it matter
  bool authentic = false;       // of the record, or of there being none
  std::string problem;          // for people: why there is no record, or no result
};

// A walk for each organization that matters, at most `identifier_limit` signatures' worth.
inline constexpr std::size_t identifier_limit = 20;

// All look-ups together end at the deadline; what could not be found out by then is a temperror.
async::Task<Verdict> verify(resolver::Resolver& resolver, const publicsuffix::List& suffixes,
                            Question question, SteadyTime deadline);

} // namespace mox::dmarcverify
