// The client's side of SCRAM (RFC 5802 section 3), with SHA-1 and with SHA-256 (RFC 7677).

#include "sasl/client_mechanisms.h"
#include "sasl/scram_message.h"
#include "sasl/scram_verifier.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::sasl {

namespace {

class ScramClient final : public Client {
public:
  explicit ScramClient(ScramClientParts parts) : parts_(std::move(parts)) {}

  std::string_view name() const override { return parts_.name; }

  Result<std::string> start() override {
    bare_ = fmt::format("n={},r={}", escape_name(parts_.user), parts_.nonce);
    awaits_ = Await::server_first;
    return parts_.header + bare_;
  }

  Result<std::string> next(std::string_view challenge) override {
    switch (std::exchange(awaits_, Await::nothing)) {
    case Await::server_first: return on_server_first(challenge);
    case Await::server_final: return on_server_final(challenge);
    case Await::nothing: break;
    }
    return bad("asks for more than the mechanism has");
  }

  bool finished() const override { return finished_; }

private:
  enum class Await : std::uint8_t { server_first, server_final, nothing };

  std::unexpected<Error> bad(std::string_view what) const {
    return failure(ErrorKind::invalid, fmt::format("{}: the server {}", parts_.name, what));
  }

  std::unexpected<Error> refused(std::string_view error) const;
  Result<> check(const ServerFirst& first) const;
  Result<std::string> on_server_first(std::string_view message);
  Result<std::string> on_server_final(std::string_view message);

  ScramClientParts parts_;
  Await awaits_ = Await::nothing;
  bool finished_ = false;
  std::string bare_; // client-first-message-bare
  std::string server_signature_;
};

// Unknown reasons are "other-error" (RFC 5802 section 7), and are not repeated to anybody.
std::unexpected<Error> ScramClient::refused(std::string_view error) const {
  auto reason = to_string(ScramError::other_error);
  for (auto known = ScramError{}; known < ScramError::other_error;
       known = static_cast<ScramError>(static_cast<std::uint8_t>(known) + 1))
    if (to_string(known) == error) reason = to_string(known);
  return failure(ErrorKind::refused,
                 fmt::format("{}: the server refuses: {}", parts_.name, reason));
}

// The nonce must go on from ours; few iterations would let the server learn the password by trying,
// and many would keep us busy.
Result<> ScramClient::check(const ServerFirst& first) const {
  if (!first.nonce.starts_with(parts_.nonce) || first.nonce.size() == parts_.nonce.size())
    return bad("answers another exchange than ours");
  if (first.salt.empty() || first.salt.size() > scram_salt_limit)
    return bad("has a salt that is empty or too long");
  if (first.iterations < scram_iterations_minimum || first.iterations > scram_iterations_limit)
    return bad(fmt::format("asks for {} iterations; between {} and {} are accepted",
                           first.iterations, scram_iterations_minimum, scram_iterations_limit));
  return ok();
}

Result<std::string> ScramClient::on_server_first(std::string_view message) {
  // A server that refuses at once has only this way to say why.
  if (const auto final = parse_server_final(message); final && !final->error.empty())
    return refused(final->error);
  const auto first = parse_server_first(message);
  if (!first) return bad("sends a malformed first message");
  MOX_TRY(check(*first));
  const auto keys = scram_keys(parts_.hash, parts_.password.view(), first->salt, first->iterations);
  const auto without_proof = fmt::format(
      "c={},r={}", text::base64_encode(parts_.header + parts_.binding_data), first->nonce);
  const auto exchange = fmt::format("{},{},{}", bare_, message, without_proof);
  const auto stored_key = digest(parts_.hash, keys.client.view());
  const auto proof = exclusive_or(keys.client.view(), hmac(parts_.hash, stored_key, exchange));
  server_signature_ = hmac(parts_.hash, keys.server.view(), exchange);
  awaits_ = Await::server_final;
  return fmt::format("{},p={}", without_proof, text::base64_encode(proof));
}

Result<std::string> ScramClient::on_server_final(std::string_view message) {
  const auto final = parse_server_final(message);
  if (!final) return bad("sends a malformed last message");
  if (!final->error.empty()) return refused(final->error);
  if (!text::equal_constant_time(final->signature, server_signature_))
    return bad("does not know the password: it is not the one it should be");
  finished_ = true;
  return std::string();
}

} // namespace

std::unique_ptr<Client> make_scram_client(ScramClientParts parts) {
  return std::make_unique<ScramClient>(std::move(parts));
}

} // namespace mox::sasl
