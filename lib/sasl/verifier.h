// What is kept of a password: the hash that Argon2id (RFC 9106) makes of it, and how it was made.
#pragma once

#include "result/result.h"
#include "sasl/password.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mox::sasl {

struct Verifier {
  PasswordCost cost;
  std::string salt;
  std::string hash;
};

// "$argon2id$v=19$m=19456,t=2,p=1$" with salt and hash in base64 without padding, as libargon2
// and others write it. Nothing when it is malformed or asks for an absurd cost.
std::optional<Verifier> parse_verifier(std::string_view text);
std::string to_string(const Verifier& verifier);

// The hash of `password`, in `size` bytes, with cost and salt of `how`. Its memory comes from the
// system and goes back to it, and is none of the heap's. Fails when libargon2 does not accept these
// parameters.
Result<std::string> argon2id(std::string_view password, const Verifier& how, std::size_t size);

} // namespace mox::sasl
