// How a client behaves: its name, its patience, its TLS, and who may watch.
#pragma once

#include "net/connection.h"
#include "smtpclient/tls_policy.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mox::smtpclient {

// How long to wait for the whole of each reply, sending the command included: RFC 5321
// section 4.5.3.2, and where it says nothing, what is enough for a machine at the end of its
// strength.
struct Timeouts {
  using Duration = std::chrono::milliseconds;

  Duration connect = std::chrono::seconds(30);
  Duration handshake = std::chrono::minutes(1); // of TLS
  Duration greeting = std::chrono::minutes(5);
  Duration hello = std::chrono::minutes(5);
  Duration starttls = std::chrono::minutes(2);
  Duration auth = std::chrono::minutes(2); // for each exchange; servers delay wrong passwords
  Duration mail = std::chrono::minutes(5);
  Duration rcpt = std::chrono::minutes(5);
  Duration data = std::chrono::minutes(2);
  Duration block = std::chrono::minutes(3);    // to send a part of the message
  Duration message = std::chrono::minutes(10); // for the reply to its end
  Duration other = std::chrono::minutes(1);    // RSET and NOOP
  Duration quit = std::chrono::seconds(5);     // nothing depends on it any more
};

enum class Direction : std::uint8_t { sent, received };

// Each line without its CRLF. Secrets are "***" in it, and a message is one line that begins with
// "...", so all of it may be logged.
using Trace = std::function<void(Direction, std::string_view line)>;

struct Options {
  std::string hello;  // the argument of EHLO: our domain, or an address literal with brackets
  std::string server; // how to name the peer to people; "" for its address
  TlsPolicy tls;
  Timeouts timeouts;
  // For all of the conversation.
  net::Deadline deadline = net::Deadline::max();
  Trace trace;
};

} // namespace mox::smtpclient
