// The addresses of a host, by the resolver of the system.
#pragma once

#include "net/endpoint.h"
#include "result/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mox::submitclient {

inline constexpr std::size_t max_addresses = 8; // that are tried

// In the order in which they are to be tried, at least one. Blocks for as long as the resolver
// takes. ErrorKind::temporary when there are none: a machine without network cannot tell a name
// that does not exist from one that nobody can be asked about.
Result<std::vector<net::Address>> look_up(const std::string& host);

} // namespace mox::submitclient
