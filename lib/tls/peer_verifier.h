// A check of a server's certificate other than by authorities.
#pragma once

#include "tls/handshake_problem.h"

#include <optional>
#include <span>
#include <string>

namespace mox::tls {

// Shared by all threads.
class PeerVerifier {
public:
  virtual ~PeerVerifier() = default;
  // `chain` is what the server sent, in DER, its own certificate first; never empty. Nothing when
  // it will do. Must not throw: it is called from within OpenSSL.
  virtual std::optional<HandshakeProblem>
  check(std::span<const std::string> chain) const noexcept = 0;
};

} // namespace mox::tls
