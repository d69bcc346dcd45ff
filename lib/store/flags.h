// One slice of STORE.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

Result<Changed> change_flags_slice(Txn::State& state, AccountId account, MailboxId mailbox,
                                   std::span<const UidRange> uids, FlagsChange how,
                                   const NamedFlags& flags, Modseq unchanged_since, Slice& slice);

} // namespace mox::store
