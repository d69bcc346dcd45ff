// The hash functions of SCRAM (RFC 5802 section 2.2), by OpenSSL. Pure.
#pragma once

#include "text/secret.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::sasl {

enum class Hash : std::uint8_t { sha1, sha256 };

// In bytes.
std::size_t size_of(Hash hash);

std::string digest(Hash hash, std::string_view text);
std::string hmac(Hash hash, std::string_view key, std::string_view text);

// What RFC 5802 calls Hi(): PBKDF2 with HMAC and an output of the hash's size. Takes about 0.3 µs
// for each iteration, of which there must be at least one.
text::Secret salted_password(Hash hash, std::string_view password, std::string_view salt,
                             std::uint32_t iterations);

// Of equal sizes.
std::string exclusive_or(std::string_view a, std::string_view b);

} // namespace mox::sasl
