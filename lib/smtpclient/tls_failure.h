// Why there was no TLS as it was wanted, in the words of reports about TLS (RFC 8460 section 4.3).
#pragma once

#include <cstdint>
#include <string>

namespace mox::tls {
struct HandshakeProblem;
}

namespace mox::smtpclient {

struct TlsFailure {
  std::string result_type; // "certificate-expired"
  std::string reason;      // more of it, as the failure-reason-code; or ""
  bool operator==(const TlsFailure&) const = default;
};

// Of a handshake, or of a certificate that was only looked at.
TlsFailure tls_failure(const tls::HandshakeProblem& problem);
// The server does not know STARTTLS.
TlsFailure not_offered();
// It does, and answered with this code.
TlsFailure refused(std::uint16_t code);

} // namespace mox::smtpclient
