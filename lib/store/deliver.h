// A new message comes in.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

Result<Placement> add_message(Txn::State& state, AccountId account, MailboxId mailbox,
                              const NewMessage& message);

// Whether `bytes` more fit into the account and onto the disk; ErrorKind::full.
Result<> check_room(const Txn::State& state, const AccountRecord& account, std::uint64_t bytes);
// Whether `count` more UIDs can be given out; ErrorKind::full, or temporary while a large COPY
// stands in the way.
Result<> check_uids(const MailboxRecord& mailbox, std::uint64_t count);

} // namespace mox::store
