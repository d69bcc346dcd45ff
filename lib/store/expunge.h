// Messages leave a mailbox: EXPUNGE, and the final deletion later.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

// One slice of EXPUNGE. The rows move to the expunged ones, where undelete can still find them.
Result<Changed> expunge_slice(Txn::State& state, AccountId account, MailboxId mailbox,
                              std::span<const UidRange> uids, bool only_deleted, Slice& slice);

// The store's note to itself to delete these for good when their time has come.
void schedule_erasure(Txn::State& state, AccountId account, MailboxId mailbox, Uid first,
                      const ErasureRecord& record);

// One reference to the message less; the last one ends it, with its indexes and its blob's
// reference.
Result<> drop_message(Txn::State& state, AccountId account, MessageId message);

} // namespace mox::store
