// The messages of SCRAM (RFC 5802 section 7). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mox::sasl {

inline constexpr std::size_t scram_message_limit = 8192;
inline constexpr std::size_t scram_nonce_limit = 1024;

// server-error-value.
enum class ScramError : std::uint8_t {
  invalid_encoding,
  extensions_not_supported,
  invalid_proof,
  channel_bindings_dont_match,
  server_does_support_channel_binding,
  channel_binding_not_supported,
  unsupported_channel_binding_type,
  unknown_user,
  invalid_username_encoding,
  no_resources,
  other_error,
};

std::string_view to_string(ScramError error);

template <class T> using ScramResult = std::expected<T, ScramError>;

// gs2-cbind-flag: what the client says of channel bindings.
enum class BindingFlag : std::uint8_t {
  unsupported, // "n": it knows none
  unoffered,   // "y": it knows some, and thinks that the server does not
  used,        // "p=": this exchange is bound
};

struct ClientFirst {
  BindingFlag flag = BindingFlag::unsupported;
  std::string binding_type; // with `used`
  std::string identity;     // authzid, decoded, in normal form C; may be empty
  std::string user;         // decoded, in normal form C
  std::string nonce;
  std::string header; // gs2-header, as it came
  std::string bare;   // client-first-message-bare, as it came
};

struct ServerFirst {
  std::string nonce;
  std::string salt;
  std::uint32_t iterations = 0; // whatever fits
};

struct ClientFinal {
  std::string binding; // cbind-input
  std::string nonce;
  std::string proof;
  std::string without_proof; // client-final-message-without-proof, as it came
};

struct ServerFinal {
  std::string signature; // or nothing, and
  std::string error;     // server-error-value, as it came
};

// The error is what a server answers. Extensions are ignored, but for mandatory ones.
ScramResult<ClientFirst> parse_client_first(std::string_view message);
ScramResult<ServerFirst> parse_server_first(std::string_view message);
ScramResult<ClientFinal> parse_client_final(std::string_view message);
ScramResult<ServerFinal> parse_server_final(std::string_view message);

// saslname: a name with "," and "=" as "=2C" and "=3D".
std::string escape_name(std::string_view name);

} // namespace mox::sasl
