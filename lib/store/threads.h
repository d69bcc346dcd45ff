// To which thread a new message belongs.
#pragma once

#include "message/summary.h"
#include "store/txn_state.h"

#include <optional>

namespace mox::store {

// The hashed facts of a new message.
struct ThreadFacts {
  MailboxId mailbox{}; // where it comes in
  std::int64_t received = 0;
  std::uint64_t message_id_hash = 0;
  std::uint64_t subject_hash = 0;
};

// The thread of a message with the same Message-ID; else of the nearest of References, or of
// In-Reply-To where there are none, with the same base subject; else, for a response without
// references, of a message with its subject that came into the same mailbox up to 4 weeks before
// (RFC 5256 section 3 thinks alike). Nothing: it begins a thread. Bounded work whatever the message
// says. Expunged messages count as long as they are kept.
std::optional<ThreadId> find_thread(Txn::State& state, AccountId account, const ThreadFacts& facts,
                                    const message::Summary& summary);

// Has the pages read that find_thread() will look at: those of a store larger than memory stand all
// over the disk.
void look_ahead(const Snapshot& snapshot, AccountId account, const message::Summary& summary);

} // namespace mox::store
