// From what a server has sent to an answer or a failure. Pure.
#pragma once

#include "dns/packet.h"
#include "resolver/cache.h"

namespace mox::resolver {

// `trusted`: what the server says about DNSSEC counts. An answer without records ends in an alias
// that the server did not follow.
Outcome outcome_of(dns::Response response, const dns::Question& question, bool trusted);

} // namespace mox::resolver
