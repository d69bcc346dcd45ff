// Changes that may be large, cut into slices so that a delivery never waits long behind them.
//
// STORE and EXPUNGE may be seen half done by others; COPY and MOVE are atomic (DESIGN: rows beyond
// one slice are staged under UIDs not yet below UIDNEXT and published by one small closure).
#pragma once

#include "async/task.h"
#include "store/store.h"
#include "store/txn.h"

namespace mox::store {

async::Task<Result<Changed>> change_flags(Store& store, AccountId account, MailboxId mailbox,
                                          std::vector<UidRange> uids, FlagsChange how,
                                          NamedFlags flags, Modseq unchanged_since = ~Modseq{0});
async::Task<Result<Moved>> copy(Store& store, AccountId account, MailboxId from, MailboxId to,
                                std::vector<UidRange> uids);
async::Task<Result<Moved>> move(Store& store, AccountId account, MailboxId from, MailboxId to,
                                std::vector<UidRange> uids);
async::Task<Result<Changed>> expunge(Store& store, AccountId account, MailboxId mailbox,
                                     std::vector<UidRange> uids, bool only_deleted);
// All or none, in one change; UIDs in order.
async::Task<Result<std::vector<Placement>>>
append(Store& store, AccountId account, MailboxId mailbox, std::vector<NewMessage> messages);

} // namespace mox::store
