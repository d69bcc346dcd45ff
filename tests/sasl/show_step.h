// What a step of a server's mechanism says, as text for tables.
#pragma once

#include "sasl/mechanism.h"

#include <string>
#include <variant>

namespace mox::test {

inline std::string show(sasl::Refusal refusal) {
  switch (refusal) {
  case sasl::Refusal::malformed: return "malformed";
  case sasl::Refusal::other_user: return "other user";
  case sasl::Refusal::out_of_order: return "out of order";
  }
  return "?";
}

inline std::string show(sasl::Rejection rejection) {
  switch (rejection) {
  case sasl::Rejection::malformed: return "malformed";
  case sasl::Rejection::other_user: return "other user";
  case sasl::Rejection::wrong_proof: return "wrong proof";
  case sasl::Rejection::wrong_binding: return "wrong binding";
  case sasl::Rejection::downgraded: return "downgraded";
  case sasl::Rejection::unsupported_binding: return "unsupported binding";
  case sasl::Rejection::corrupt_verifier: return "corrupt verifier";
  }
  return "?";
}

inline std::string show(sasl::VerifierKind kind) {
  switch (kind) {
  case sasl::VerifierKind::scram_sha_1: return "scram_sha_1";
  case sasl::VerifierKind::scram_sha_256: return "scram_sha_256";
  case sasl::VerifierKind::cram_md5: return "cram_md5";
  }
  return "?";
}

// "challenge …", "need KIND of USER", "password of USER: …", "certificate of USER", "accepted
// USER", "refused: …", "rejected: …, LAST MESSAGE".
inline std::string show(const sasl::Step& step) {
  struct Show {
    std::string operator()(const sasl::Challenge& s) const { return "challenge " + s.text; }

    std::string operator()(const sasl::NeedVerifier& s) const {
      return "need " + show(s.kind) + " of " + s.user;
    }

    std::string operator()(const sasl::Credentials& s) const {
      return "password of " + s.user + ": " + std::string(s.password.view());
    }

    std::string operator()(const sasl::ByCertificate& s) const {
      return "certificate of " + s.user;
    }

    std::string operator()(const sasl::Accepted& s) const { return "accepted " + s.user; }

    std::string operator()(sasl::Refusal s) const { return "refused: " + show(s); }

    std::string operator()(const sasl::Rejected& s) const {
      return "rejected: " + show(s.why) + ", " + s.last_message;
    }
  };

  return std::visit(Show{}, step);
}

} // namespace mox::test
