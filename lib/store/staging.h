// A COPY too large for one closure: its rows are written in slices under UIDs that no reader sees
// yet, and one small closure publishes them all.
//
// The rows stand some way above UIDNEXT, so that deliveries into the mailbox can go on meanwhile.
// They carry a modseq that is far ahead of the account's: publishing moves the account there. A
// session that has seen everything up to now will therefore find them to be new.
#pragma once

#include "async/handoff.h"
#include "async/task.h"
#include "store/transfer.h"
#include "store/txn_state.h"

#include <deque>
#include <map>
#include <mutex>

namespace mox::store {

// Makes room for about `count` rows in `to` and notes it.
Result<> begin_staging(Txn::State& state, AccountId account, MailboxId to, std::uint64_t count);
// Adds one slice; `slice` says where to go on. The placements' way is told as ranges.
Result<Moved> stage_slice(Txn::State& state, AccountId account, MailboxId from, MailboxId to,
                          std::span<const UidRange> uids, Slice& slice);
// All of them become visible.
Result<Moved> publish_staging(Txn::State& state, AccountId account, MailboxId to);
// Removes one slice of rows that will not be published; true when nothing is left.
Result<bool> discard_staging(Txn::State& state, AccountId account, MailboxId to, Slice& slice);

struct StagingPlace {
  AccountId account{};
  MailboxId mailbox{};
};

// Those that a crash, or a COPY that failed, left behind.
std::vector<StagingPlace> stagings(const database::ReadTransaction& transaction);

// One such COPY at a time in each account.
class StagingLocks {
public:
  class Hold {
  public:
    Hold(StagingLocks& locks, AccountId account) : locks_(&locks), account_(account) {}

    Hold(Hold&& other) noexcept
        : locks_(std::exchange(other.locks_, nullptr)), account_(other.account_) {}

    Hold& operator=(Hold&&) = delete;

    ~Hold() {
      if (locks_ != nullptr) locks_->release(account_);
    }

  private:
    StagingLocks* locks_;
    AccountId account_;
  };

  async::Task<Hold> take(AccountId account);

private:
  void release(AccountId account);

  std::mutex mutex_;
  std::map<AccountId, std::deque<async::Resume>> held_; // with those who wait
};

} // namespace mox::store
