// The side that does what is asked for: one request after another on a connection.
#pragma once

#include "async/event.h"
#include "async/task.h"
#include "clock/clock.h"
#include "control/call.h"
#include "control/request.h"
#include "net/connection.h"
#include "result/result.h"

#include <chrono>

namespace mox::control {

struct ServerOptions {
  RequestLimits limits{};
  std::chrono::seconds hello{10};   // until the client has said its
  std::chrono::seconds idle{300};   // between requests
  std::chrono::seconds request{30}; // from its first byte to its last
  std::chrono::seconds input{300};  // for each wait for more of it
  std::chrono::seconds output{60};  // for each wait until the client took some
};

// Until the client goes away between requests or stays silent there, `stop` is notified, or
// something is wrong; the connection is closed then. `stop` ends a connection between requests,
// else after the result. A failure is for the log: what the client did wrong, or that it was away
// before it heard the result. An exception of the handler is thrown on, after the client heard of
// a failure.
async::Task<Result<>> serve(net::Connection& connection, const Handler& handler,
                            ServerOptions options, const Clock& clock, async::Event& stop);

} // namespace mox::control
