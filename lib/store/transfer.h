// COPY and MOVE within an account: placements only, the messages stay as they are.
#pragma once

#include "store/txn_state.h"

#include <optional>

namespace mox::store {

inline constexpr std::size_t no_row_limit = ~std::size_t{0};

// Nothing, and nothing done, when there are more than `limit` messages.
Result<std::optional<Moved>> copy_at_once(Txn::State& state, AccountId account, MailboxId from,
                                          MailboxId to, std::span<const UidRange> uids,
                                          std::size_t limit);
// The first `limit` messages of `uids`; `slice` says where to go on.
Result<Moved> move_slice(Txn::State& state, AccountId account, MailboxId from, MailboxId to,
                         std::span<const UidRange> uids, std::size_t limit, Slice& slice);

// Messages on their way to another mailbox.
struct Traveller {
  Uid from = 0;
  Uid to = 0;
  PlacementRecord record;
  std::vector<std::uint16_t> more_keywords;
};

// Those among `uids`, at most `limit`, with their flags, in order. `slice` tells of more.
std::vector<Traveller> gather(Txn::State& state, AccountId account, const MailboxRecord& from,
                              std::span<const UidRange> uids, std::size_t limit, Slice& slice);
// Writes their placements under the UIDs given to them, with one more reference to each message.
void place(Txn::State& state, AccountId account, MailboxId to, std::span<const Traveller> all,
           bool refer);
// Their keywords, as one set.
KeywordSet keywords_of(std::span<const Traveller> all);
std::uint64_t size_of(std::span<const Traveller> all);

} // namespace mox::store
