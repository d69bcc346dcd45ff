// Passwords: what may be one (RFC 8265 section 4.2) and how one is kept (Argon2id, RFC 9106).
#pragma once

#include "random/random.h"
#include "result/result.h"
#include "text/secret.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::sasl {

// Of a new password, in bytes.
inline constexpr std::size_t password_minimum = 8;
inline constexpr std::size_t password_limit = 1024;

// One check takes about 30 ms and 19 MiB, so it belongs into a pool, a few at a time.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;
};

// The form in which passwords are compared: OpaqueString of PRECIS. All spaces are SP, normal form
// C. Fails for an empty one, for control characters, for what is not UTF-8, and beyond the limit.
Result<text::Secret> prepare_password(std::string_view password);

// The verifier to keep: "$argon2id$v=19$m=19456,t=2,p=1$" with salt and hash, so that each row has
// its cost in it. Fails when the password may not be one, or is shorter than the minimum.
Result<std::string> hash_password(std::string_view password, Random& random,
                                  PasswordCost cost = {});

// Whether the password is the one of `verifier`. Corrupt when that is no verifier, or asks for an
// absurd cost.
Result<bool> check_password(std::string_view verifier, std::string_view password);

} // namespace mox::sasl
