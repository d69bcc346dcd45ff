// All that is kept of a new password, so that each mechanism can check it.
#pragma once

#include "random/random.h"
#include "result/result.h"
#include "sasl/password.h"

#include <string>
#include <string_view>

namespace mox::sasl {

// In their text forms, each with all that a check needs in it. The form of one says what it is:
// none begins as another does.
struct Verifiers {
  std::string password;      // "$argon2id$…", for PLAIN and LOGIN (check_password)
  std::string scram_sha_1;   // "SCRAM-SHA-1$…"
  std::string scram_sha_256; // "SCRAM-SHA-256$…"
  std::string cram_md5;      // "CRAM-MD5$…"
};

// Takes some 40 ms, nearly all of it for Argon2id. Fails as hash_password does.
Result<Verifiers> make_verifiers(std::string_view password, Random& random, PasswordCost cost = {});

} // namespace mox::sasl
