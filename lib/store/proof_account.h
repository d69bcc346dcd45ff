// What the rows of one account say: of itself, and of each other.
#pragma once

#include "store/proof_rows.h"
#include "store/verify.h"

#include <optional>
#include <string>

namespace mox::store {

class BlobProof;
class Erasures;

// The account that a proof is at. Whoever takes it keeps a reference.
struct AccountInProof {
  const ProofRows& rows;
  Findings& findings;
  AccountId id{};
  std::string name;
  // Nothing when it cannot be read: then its limits are unknown, and all else is proven.
  std::optional<AccountRecord> record;
};

void prove_account(const AccountInProof& account, const Erasures& erasures, BlobProof& blobs,
                   Verification& totals);

} // namespace mox::store
