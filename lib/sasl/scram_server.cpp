// The server's side of SCRAM (RFC 5802 section 3), with SHA-1 and with SHA-256 (RFC 7677).

#include "sasl/channel_bindings.h"
#include "sasl/decoy.h"
#include "sasl/scram_message.h"
#include "sasl/scram_verifier.h"
#include "sasl/server_mechanisms.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::sasl {

namespace {

// Who gave up, and how it tells the client.
struct Problem {
  Rejection why;
  ScramError error;
};

class ScramServer final : public Mechanism {
public:
  explicit ScramServer(ScramServerParts parts) : parts_(std::move(parts)) {}

  Step start(std::optional<std::string_view> initial) override {
    if (awaits_ != Await::client_first) return Refusal::out_of_order;
    if (!initial) return Challenge{};
    return next(*initial);
  }

  Step next(std::string_view response) override {
    switch (std::exchange(awaits_, Await::nothing)) {
    case Await::client_first: return on_client_first(response);
    case Await::client_final: return on_client_final(response);
    case Await::acknowledgement: return on_acknowledgement(response);
    case Await::verifier:
    case Await::nothing: break;
    }
    return Refusal::out_of_order;
  }

  Step answer(std::string_view login, std::optional<std::string_view> stored) override;

private:
  enum class Await : std::uint8_t {
    client_first,
    verifier,
    client_final,
    acknowledgement,
    nothing,
  };

  static Step reject(Problem problem) {
    return Rejected{problem.why, fmt::format("e={}", to_string(problem.error))};
  }

  Step on_client_first(std::string_view message);
  Step on_client_final(std::string_view message);
  Step on_acknowledgement(std::string_view message);
  std::optional<Problem> check_flag() const;
  bool is_bound(std::string_view input) const;

  ScramServerParts parts_;
  Await awaits_ = Await::client_first;
  ClientFirst first_;
  std::string nonce_; // the client's part and ours
  std::string server_first_;
  ScramVerifier verifier_;
};

// RFC 5802 section 6.
std::optional<Problem> ScramServer::check_flag() const {
  if (first_.flag == BindingFlag::used) {
    if (!parts_.plus)
      return Problem{Rejection::unsupported_binding, ScramError::channel_binding_not_supported};
    if (!find_binding(parts_.bindings, first_.binding_type))
      return Problem{Rejection::unsupported_binding, ScramError::unsupported_channel_binding_type};
    return std::nullopt;
  }
  if (first_.flag == BindingFlag::unoffered && parts_.bindings.any())
    return Problem{Rejection::downgraded, ScramError::server_does_support_channel_binding};
  if (parts_.plus) return Problem{Rejection::malformed, ScramError::other_error};
  return std::nullopt;
}

Step ScramServer::on_client_first(std::string_view message) {
  auto first = parse_client_first(message);
  if (!first) return reject({Rejection::malformed, first.error()});
  first_ = *std::move(first);
  if (const auto problem = check_flag()) return reject(*problem);
  if (!first_.identity.empty() && first_.identity != first_.user)
    return reject({Rejection::other_user, ScramError::other_error});
  awaits_ = Await::verifier;
  return NeedVerifier{first_.user, parts_.hash == Hash::sha1 ? VerifierKind::scram_sha_1
                                                             : VerifierKind::scram_sha_256};
}

Step ScramServer::answer(std::string_view login, std::optional<std::string_view> stored) {
  if (awaits_ != Await::verifier) return Refusal::out_of_order;
  awaits_ = Await::nothing;
  // The same work, whether there is such a user or not.
  verifier_ = decoy_scram(parts_.hash, parts_.decoy_key.view(), login);
  if (stored) {
    auto parsed = parse_scram_verifier(*stored);
    if (!parsed || parsed->hash != parts_.hash)
      return reject({Rejection::corrupt_verifier, ScramError::other_error});
    verifier_ = *std::move(parsed);
  }
  nonce_ = first_.nonce + parts_.nonce;
  server_first_ = fmt::format("r={},s={},i={}", nonce_, text::base64_encode(verifier_.salt),
                              verifier_.iterations);
  awaits_ = Await::client_final;
  return Challenge{server_first_};
}

// cbind-input = gs2-header [ cbind-data ]
bool ScramServer::is_bound(std::string_view input) const {
  std::string wanted = first_.header;
  if (first_.flag == BindingFlag::used)
    wanted += find_binding(parts_.bindings, first_.binding_type)->data;
  return text::equal_constant_time(input, wanted);
}

Step ScramServer::on_client_final(std::string_view message) {
  const auto final = parse_client_final(message);
  if (!final) return reject({Rejection::malformed, final.error()});
  if (final->nonce != nonce_) return reject({Rejection::malformed, ScramError::other_error});
  if (!is_bound(final->binding))
    return reject({Rejection::wrong_binding, ScramError::channel_bindings_dont_match});
  // AuthMessage, ClientSignature, and ClientKey out of the proof (RFC 5802 section 3).
  const auto exchange = fmt::format("{},{},{}", first_.bare, server_first_, final->without_proof);
  const auto signature = hmac(parts_.hash, verifier_.stored_key, exchange);
  const Problem wrong{Rejection::wrong_proof, ScramError::invalid_proof};
  if (final->proof.size() != signature.size()) return reject(wrong);
  const text::Secret client_key(exclusive_or(signature, final->proof));
  if (!text::equal_constant_time(digest(parts_.hash, client_key.view()), verifier_.stored_key))
    return reject(wrong);
  awaits_ = Await::acknowledgement;
  const auto own = hmac(parts_.hash, verifier_.server_key, exchange);
  return Challenge{fmt::format("v={}", text::base64_encode(own))};
}

// Neither SMTP nor IMAP sends data with the success, so the proof went as a challenge, and an empty
// response must answer it (RFC 4954 section 4).
Step ScramServer::on_acknowledgement(std::string_view message) {
  if (!message.empty()) return Refusal::malformed;
  return Accepted{first_.user};
}

} // namespace

std::unique_ptr<Mechanism> make_scram_server(ScramServerParts parts) {
  return std::make_unique<ScramServer>(std::move(parts));
}

} // namespace mox::sasl
