// DANE as the check of a TLS connection.
#pragma once

#include "clock/clock.h"
#include "dane/verify.h"
#include "dns/name.h"
#include "dns/record.h"
#include "tls/client_context.h"
#include "tls/peer_verifier.h"

#include <vector>

namespace mox::daneverify {

class Verifier final : public tls::PeerVerifier {
public:
  // `clock`, and the authorities that `expectation` names, must outlive it. The time of the check
  // is the clock's, whatever `expectation` says.
  Verifier(std::vector<dns::Tlsa> records, dane::Expectation expectation, const Clock& clock);

  std::optional<tls::HandshakeProblem>
  check(std::span<const std::string> chain) const noexcept override;

private:
  std::vector<dns::Tlsa> records_;
  dane::Expectation expectation_;
  const Clock& clock_;
};

// What is wrong, as a problem of the handshake.
tls::HandshakeProblem to_handshake_problem(const dane::Failure& failure);

} // namespace mox::daneverify
