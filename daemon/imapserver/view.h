// What a session knows of its mailbox: which messages there are, as of a modseq of the account.
#pragma once

#include "imap/sequence_set.h"
#include "store/snapshot.h"
#include "store/types.h"
#include "store/uid_set.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mox::store {
class Store;
}

namespace mox::imapserver {

using SharedUids = std::shared_ptr<const store::UidSet>;

struct View {
  SharedUids uids;          // never null
  store::Modseq modseq = 0; // of the account: changes up to here have been told
};

// Consecutive UIDs with consecutive message numbers.
struct Run {
  std::uint32_t number = 0; // of uids.first
  store::UidRange uids;

  std::uint32_t size() const { return uids.last - uids.first + 1; }

  std::uint32_t number_of(store::Uid uid) const { return number + (uid - uids.first); }
};

// Sorted, disjoint, not touching.
using UidRanges = std::vector<store::UidRange>;

// The messages of `uids` that `set` names, in order. Numbers and UIDs that are not there are passed
// over.
std::vector<Run> select_numbers(const store::UidSet& uids, const imap::SequenceSet& set);
std::vector<Run> select_uids(const store::UidSet& uids, const imap::SequenceSet& set);
std::vector<Run> select_ranges(const store::UidSet& uids, const UidRanges& ranges);

UidRanges ranges_of(std::span<const Run> runs);
// Sorts and merges.
UidRanges normalised(UidRanges ranges);
// What is in `ranges` and not in `without`; both normalised.
UidRanges difference(const UidRanges& ranges, const UidRanges& without);
bool intersects(const UidRanges& a, const UidRanges& b);
std::uint64_t count_of(const UidRanges& ranges);

// The UIDs of a mailbox as `snapshot` has them, shared with the other sessions of this thread that
// stand at the same place.
View load_view(const store::Store& store, const store::Snapshot& snapshot, store::AccountId account,
               store::MailboxId mailbox);
// The same set for a later modseq: `uids`, or the equal one that another session has made already.
SharedUids share_uids(const store::Store& store, store::AccountId account, store::MailboxId mailbox,
                      store::Modseq modseq, SharedUids uids);
// Null when no session of this thread stands there.
SharedUids shared_uids(const store::Store& store, store::AccountId account,
                       store::MailboxId mailbox, store::Modseq modseq);

} // namespace mox::imapserver
