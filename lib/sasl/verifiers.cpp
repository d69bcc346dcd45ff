#include "sasl/verifiers.h"

#include "sasl/cram_md5.h"
#include "sasl/scram_verifier.h"

#include <utility>

namespace mox::sasl {

Result<Verifiers> make_verifiers(std::string_view password, Random& random, PasswordCost cost) {
  MOX_TRY_ASSIGN(argon2, hash_password(password, random, cost));
  MOX_TRY_ASSIGN(prepared, prepare_password(password));
  const auto scram = [&](Hash hash) {
    return to_string(make_scram_verifier(hash, prepared.view(), random.bytes(scram_salt_size)));
  };
  return Verifiers{.password = std::move(argon2),
                   .scram_sha_1 = scram(Hash::sha1),
                   .scram_sha_256 = scram(Hash::sha256),
                   .cram_md5 = to_string(make_cram_md5_verifier(prepared.view()))};
}

} // namespace mox::sasl
