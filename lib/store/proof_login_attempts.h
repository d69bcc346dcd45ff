// Whether login attempts are counted as they are.
#pragma once

#include "store/proof_rows.h"

#include <cstdint>
#include <string_view>

namespace mox::store {

// Those of one account, or of nobody. Returns how many rows there are.
std::uint64_t prove_login_attempts(const ProofRows& rows, Findings& findings, AccountId account,
                                   std::string_view name);

} // namespace mox::store
