// Extended errors (RFC 8914) of a parsed packet. Pure; for dns alone.
#pragma once

#include "dns/ldns.h"
#include "dns/packet.h"

namespace mox::dns {

// The first few.
std::vector<ExtendedError> read_extended_errors(const ldns_pkt& packet);

} // namespace mox::dns
