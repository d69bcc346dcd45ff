// One question to one name server (RFC 1035 section 4.2): a datagram there and back, and TCP for an
// answer that does not fit.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/packet.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "resolver/resolver.h"

namespace mox::resolver {

// From a port and with an id that nobody can guess (RFC 5452); datagrams that are no answer to the
// question are passed over. A server that does not understand EDNS is asked again without. Fails
// with timeout, network or malformed: whatever else the server says is in the response.
async::Task<Result<dns::Response, Problem>> exchange(dns::Question question, net::Endpoint server,
                                                     Random& random, SteadyTime deadline);

} // namespace mox::resolver
