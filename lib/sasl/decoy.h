// Verifiers for users that do not exist, so that nobody can tell from an exchange who does. Pure.
#pragma once

#include "sasl/cram_md5.h"
#include "sasl/scram_verifier.h"

#include <string_view>

namespace mox::sasl {

// The same for the same key and login, as a real one is; no password fits. Cost and size of the
// salt are those of new verifiers.
ScramVerifier decoy_scram(Hash hash, std::string_view key, std::string_view login);
CramMd5Verifier decoy_cram_md5(std::string_view key, std::string_view login);

} // namespace mox::sasl
