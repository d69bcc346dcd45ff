// The listeners of the configuration, as lifecycle takes them.
#pragma once

#include "config/static.h"
#include "lifecycle/server.h"
#include "result/result.h"

#include <vector>

namespace mox::serve {

// In the order of their names. Reads the certificates; an error names the file.
Result<std::vector<lifecycle::Listener>> listeners(const config::Static& host);

// Their certificates alone, in the same order.
Result<std::vector<std::vector<tls::Certificate>>> certificates(const config::Static& host);

} // namespace mox::serve
