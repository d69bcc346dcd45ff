// When removed mail is due to be deleted for good, as a proof knows it.
#pragma once

#include "store/proof_rows.h"

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace mox::store {

class Erasures {
public:
  // Reads those of the whole store.
  explicit Erasures(const ProofRows& rows);

  // Whether the mailbox was deleted with all that it held.
  bool is_doomed(AccountId account, MailboxId mailbox) const;
  // Whether what was removed then will ever be deleted.
  bool is_scheduled(AccountId account, MailboxId mailbox, Uid uid, std::int64_t removed) const;

private:
  struct Erasure {
    Uid first = 0;
    Uid last = 0;
    std::int64_t time = 0;
  };

  std::set<std::pair<AccountId, MailboxId>> doomed_;
  std::map<std::pair<AccountId, MailboxId>, std::vector<Erasure>> erasures_;
};

} // namespace mox::store
