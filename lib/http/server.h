// Serves HTTP/1.1 on a connection (RFC 9112): one request after another, each answered by a
// handler.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "net/connection.h"

#include <chrono>
#include <functional>

namespace mox::http {

// May be called by several threads at once. Its exceptions become a response of 500.
using Handler = std::function<async::Task<Response>(const Request&)>;

struct Options {
  RequestLimits limits{};
  std::chrono::seconds idle{120};    // between requests
  std::chrono::seconds request{60};  // from its first byte to its last
  std::chrono::seconds response{60}; // until the peer took it
};

// Until the peer is done, something is wrong with it, or it wants no further request; the
// connection is closed then. `stop` ends an idle connection, and others after their response. An
// exception of the handler is thrown on, after the response was sent.
async::Task<> serve(net::Connection& connection, const Handler& handler, Options options,
                    const Clock& clock, async::Event& stop);

// The head of a response, to be followed by its body (RFC 9112 section 4). Throws std::logic_error
// when a field would break the line structure.
std::string print_head(const Response& response, bool keep_alive, WallTime now);

} // namespace mox::http
