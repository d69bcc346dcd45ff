#include "sasl/scram_verifier.h"

#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::sasl {

namespace {

constexpr std::string_view scheme(Hash hash) {
  return hash == Hash::sha1 ? "SCRAM-SHA-1$" : "SCRAM-SHA-256$";
}

// Takes what stands before `end`, and `end`; nothing when it is not there.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

std::optional<std::uint32_t> parse_iterations(std::string_view text) {
  if (text.starts_with('0')) return std::nullopt;
  const auto number = text::parse_number<std::uint32_t>(text);
  if (!number || *number < scram_iterations_minimum || *number > scram_iterations_limit)
    return std::nullopt;
  return number;
}

std::optional<std::string> decode_key(std::string_view text, Hash hash) {
  auto key = text::base64_decode(text);
  if (!key || key->size() != size_of(hash)) return std::nullopt;
  return *std::move(key);
}

std::optional<ScramVerifier> parse_rest(Hash hash, std::string_view text) {
  const auto iterations_text = take_until(text, ':');
  const auto salt_text = take_until(text, '$');
  const auto stored_text = take_until(text, ':');
  if (!iterations_text || !salt_text || !stored_text) return std::nullopt;
  const auto iterations = parse_iterations(*iterations_text);
  auto salt = text::base64_decode(*salt_text);
  auto stored_key = decode_key(*stored_text, hash);
  auto server_key = decode_key(text, hash);
  if (!iterations || !salt || !stored_key || !server_key) return std::nullopt;
  if (salt->empty() || salt->size() > scram_salt_limit) return std::nullopt;
  return ScramVerifier{.hash = hash,
                       .iterations = *iterations,
                       .salt = *std::move(salt),
                       .stored_key = *std::move(stored_key),
                       .server_key = *std::move(server_key)};
}

} // namespace

// ClientKey := HMAC(SaltedPassword, "Client Key"); ServerKey := HMAC(SaltedPassword, "Server Key")
ScramKeys scram_keys(Hash hash, std::string_view password, std::string_view salt,
                     std::uint32_t iterations) {
  const auto salted = salted_password(hash, password, salt, iterations);
  return {.client = text::Secret(hmac(hash, salted.view(), "Client Key")),
          .server = text::Secret(hmac(hash, salted.view(), "Server Key"))};
}

ScramVerifier make_scram_verifier(Hash hash, std::string_view password, std::string_view salt,
                                  std::uint32_t iterations) {
  const auto keys = scram_keys(hash, password, salt, iterations);
  return {.hash = hash,
          .iterations = iterations,
          .salt = std::string(salt),
          .stored_key = digest(hash, keys.client.view()),
          .server_key = std::string(keys.server.view())};
}

std::optional<ScramVerifier> parse_scram_verifier(std::string_view text) {
  for (const Hash hash : {Hash::sha1, Hash::sha256})
    if (text.starts_with(scheme(hash))) return parse_rest(hash, text.substr(scheme(hash).size()));
  return std::nullopt;
}

std::string to_string(const ScramVerifier& verifier) {
  return fmt::format("{}{}:{}${}:{}", scheme(verifier.hash), verifier.iterations,
                     text::base64_encode(verifier.salt), text::base64_encode(verifier.stored_key),
                     text::base64_encode(verifier.server_key));
}

} // namespace mox::sasl
