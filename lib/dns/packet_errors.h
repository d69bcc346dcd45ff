// Extended errors of a parsed packet. Pure; for dns alone.
#pragma once

#include "dns/extended_error.h"
#include "dns/ldns.h"

#include <vector>

namespace mox::dns {

// The first few.
std::vector<ExtendedError> read_extended_errors(const ldns_pkt& packet);

} // namespace mox::dns
