// What ties an authentication to the TLS connection that it runs over (RFC 5056): bytes that both
// ends know and that no other connection has. Pure.
#pragma once

#include <optional>
#include <string>

namespace mox::channelbinding {

// Those that a connection has; none without TLS.
struct ChannelBindings {
  std::optional<std::string> tls_exporter;         // RFC 9266 section 2; TLS 1.3
  std::optional<std::string> tls_server_end_point; // RFC 5929 section 4
  std::optional<std::string> tls_unique;           // RFC 5929 section 3; TLS 1.2

  bool any() const { return tls_exporter || tls_server_end_point || tls_unique; }
};

} // namespace mox::channelbinding
