// The words of DKIM for hashes, keys and canonical forms (RFC 6376 sections 3.3 and 3.4,
// RFC 8463). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::dkim {

enum class Hash : std::uint8_t { sha1, sha256 };
enum class KeyType : std::uint8_t { rsa, ed25519 };
enum class Canonical : std::uint8_t { simple, relaxed };

struct Algorithm {
  KeyType key = KeyType::rsa;
  Hash hash = Hash::sha256;

  bool operator==(const Algorithm&) const = default;
};

std::string_view to_string(Hash hash);
std::string_view to_string(KeyType type);
std::string_view to_string(Canonical form);
// "rsa-sha256".
std::string to_string(const Algorithm& algorithm);

// Case does not matter. Nothing for other words.
std::optional<Hash> parse_hash(std::string_view word);
std::optional<KeyType> parse_key_type(std::string_view word);
std::optional<Canonical> parse_canonical(std::string_view word);

} // namespace mox::dkim
