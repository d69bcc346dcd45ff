// Serves HTTP/1.1 on a connection (RFC 9112): one request after another, each answered by a
// handler.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "net/connection.h"

#include <chrono>
#include <cstdint>
#include <functional>

namespace mox::http {

// May be called by several threads at once. Its exceptions become a refusal of 500.
using Handler = std::function<async::Task<Response>(const Request&)>;

// What a peer is told whose request is refused before a handler sees it, and one whose handler
// threw: the words of the refusal as plain text.
Response plain_refusal(const Refusal& refusal);

struct Options {
  RequestLimits limits{};
  std::chrono::seconds idle{120};    // between requests
  std::chrono::seconds request{60};  // from its first byte to its last
  std::chrono::seconds response{60}; // until the peer took it, or a piece of what has a source
  Response (*refusal)(const Refusal&) = plain_refusal;
};

// Until the peer is done, something is wrong with it, or it wants no further request; the
// connection is closed then. `stop` ends an idle connection, and others after their response. An
// exception of the handler is thrown on, after the response was sent.
async::Task<> serve(net::Connection& connection, const Handler& handler, Options options,
                    const Clock& clock, async::Event& stop);

// How the peer is told where a body ends (RFC 9112 section 6.3).
enum class Framing : std::uint8_t {
  length, // Content-Length
  chunks,
  close, // with the connection: HTTP/1.0 has no chunks
};

Framing framing_of(const Response& response, unsigned version);

// The head of a response, to be followed by its body (RFC 9112 section 4). Throws std::logic_error
// when a field would break the line structure.
std::string print_head(const Response& response, Framing framing, bool keep_alive, WallTime now);

} // namespace mox::http
