#include "daneverify/verifier.h"

#include <chrono>
#include <exception>
#include <utility>

namespace mox::daneverify {

Verifier::Verifier(std::vector<dns::Tlsa> records, dane::Expectation expectation,
                   const Clock& clock)
    : records_(std::move(records)), expectation_(std::move(expectation)), clock_(clock) {}

tls::HandshakeProblem to_handshake_problem(const dane::Failure& failure) {
  using Kind = tls::HandshakeProblem::Kind;
  const auto kind = [&] {
    switch (failure.problem) {
    case dane::Problem::expired: return Kind::certificate_expired;
    case dane::Problem::wrong_name: return Kind::certificate_name;
    case dane::Problem::untrusted: return Kind::certificate_untrusted;
    case dane::Problem::no_records:
    case dane::Problem::no_match:
    case dane::Problem::malformed: break;
    }
    return Kind::certificate_records;
  };
  return {.kind = kind(), .text = "DANE: " + failure.text};
}

std::optional<tls::HandshakeProblem>
Verifier::check(std::span<const std::string> chain) const noexcept {
  try {
    auto expectation = expectation_;
    expectation.now = std::chrono::floor<std::chrono::seconds>(clock_.wall());
    const auto verified = dane::verify(chain, records_, expectation);
    if (verified) return std::nullopt;
    return to_handshake_problem(verified.error());
  } catch (const std::exception& reason) {
    return tls::HandshakeProblem{.kind = tls::HandshakeProblem::Kind::other, .text = reason.what()};
  }
}

} // namespace mox::daneverify
