// What a server keeps to check SCRAM (RFC 5802 section 3), and the keys it comes from. Pure.
#pragma once

#include "sasl/hash.h"
#include "text/secret.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::sasl {

// RFC 7677 section 3 asks for 4096 iterations at least. The upper limit is a third of a second of a
// client's time, for servers that would have more of it (RFC 5802 section 9).
inline constexpr std::uint32_t scram_iterations_minimum = 4096;
inline constexpr std::uint32_t scram_iterations_limit = 1'000'000;
// Of new verifiers.
inline constexpr std::uint32_t scram_iterations = 10'000;
inline constexpr std::size_t scram_salt_size = 16;
inline constexpr std::size_t scram_salt_limit = 128;

struct ScramKeys {
  text::Secret client;
  text::Secret server;
};

// `password` is prepared (prepare_password).
ScramKeys scram_keys(Hash hash, std::string_view password, std::string_view salt,
                     std::uint32_t iterations);

struct ScramVerifier {
  Hash hash = Hash::sha256;
  std::uint32_t iterations = scram_iterations;
  std::string salt;
  std::string stored_key;
  std::string server_key;
};

ScramVerifier make_scram_verifier(Hash hash, std::string_view password, std::string_view salt,
                                  std::uint32_t iterations = scram_iterations);

// "SCRAM-SHA-256$10000:salt$StoredKey:ServerKey", the last three in base64 (RFC 5803); so
// do PostgreSQL and others. Nothing when it is malformed or beyond the limits.
std::optional<ScramVerifier> parse_scram_verifier(std::string_view text);
std::string to_string(const ScramVerifier& verifier);

} // namespace mox::sasl
