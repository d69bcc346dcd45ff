// What placements and expunged rows say: of their mailboxes' counts, of the quota, of messages.
#pragma once

#include "store/proof_erasures.h"
#include "store/proof_log.h"
#include "store/proof_mailboxes.h"

#include <cstdint>
#include <unordered_map>

namespace mox::store {

// By message.
struct PlacedMessages {
  std::unordered_map<std::uint64_t, std::uint32_t> references;
  std::unordered_map<std::uint64_t, std::uint32_t> sizes;
  LostReferences lost; // of rows that cannot be read
};

PlacedMessages prove_placements(const AccountInProof& account, const MailboxesInProof& mailboxes,
                                const LogInProof& log, const Erasures& erasures,
                                Verification& totals);

} // namespace mox::store
