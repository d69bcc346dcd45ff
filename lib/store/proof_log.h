// What the log of changes tells, as a proof holds the rows of an account against it.
#pragma once

#include "store/proof_account.h"
#include "store/snapshot.h"

#include <map>
#include <tuple>

namespace mox::store {

class LogInProof {
public:
  // Reads all of the account's log.
  explicit LogInProof(const AccountInProof& account);

  // Whether a row tells that the UID changed so at `modseq`, or would have been trimmed.
  bool is_told(ChangeKind kind, MailboxId mailbox, Modseq modseq, Uid uid) const;

private:
  using Place = std::tuple<ChangeKind, MailboxId, Modseq, Uid>;

  void add(const Place& place, Uid last);

  // The last UID of each row, and of those before it that begin lower.
  std::map<Place, Uid> told_;
  Modseq floor_ = 0;
};

} // namespace mox::store
