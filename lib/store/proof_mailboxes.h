// What the mailboxes of an account say of themselves: names, numbers, limits.
#pragma once

#include "store/proof_account.h"

#include <map>
#include <optional>
#include <string>

namespace mox::store {

struct MailboxInProof {
  std::string name;
  std::optional<Mailbox> mailbox; // nothing when its record cannot be read
  Uid staged_from = 0;            // rows from here on are not published yet; 0: none
  std::optional<Counts> staged;   // what its staged rows should count for, if there are any
};

using MailboxesInProof = std::map<MailboxId, MailboxInProof>;

MailboxesInProof prove_mailboxes(const AccountInProof& account, Verification& totals);

} // namespace mox::store
