// What a parsed packet answers. Pure; for dns alone.
#pragma once

#include "dns/ldns.h"
#include "dns/packet.h"

namespace mox::dns {

Result<Response, ResponseFault> read_answer(const ldns_pkt& packet, const Question& question);

} // namespace mox::dns
