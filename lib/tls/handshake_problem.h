// Why a client's handshake is not good, as a value that reports can be made of. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace mox::tls {

struct HandshakeProblem {
  enum class Kind : std::uint8_t {
    certificate_expired,   // or not valid yet
    certificate_name,      // it is for other names
    certificate_untrusted, // no chain leads to an authority that is trusted
    certificate_records,   // no record of the DNS (TLSA) fits it
    local_alert,           // we ended it: `alert`
    remote_alert,          // the peer ended it: `alert`
    not_tls,               // what the peer says is something else
    timeout,
    closed, // the connection ended
    other,
  };

  Kind kind = Kind::other;
  std::uint8_t alert = 0; // RFC 8446 section 6
  std::string text;       // for people

  bool operator==(const HandshakeProblem&) const = default;
};

// "handshake failure"; "unknown" for a number without a name.
std::string alert_name(std::uint8_t alert);

} // namespace mox::tls
