#include "store/operations.h"

#include "store/expunge.h"
#include "store/flags.h"
#include "store/staging.h"
#include "store/store_state.h"
#include "store/transfer.h"

#include <algorithm>
#include <memory>

namespace mox::store {

namespace {

// COPY and MOVE of up to this many are one closure: about 10 ms.
constexpr std::size_t max_at_once = 1500;
// MOVE is atomic message by message (RFC 6851 section 3.3), and in steps of this many as a whole.
constexpr std::size_t max_moved_at_once = 10'000;

// What is left of `uids` from `resume` on; all is done when that is 0.
void cut_to(std::vector<UidRange>& uids, Uid resume) {
  if (resume == 0) {
    uids.clear();
    return;
  }
  std::erase_if(uids, [&](const UidRange& range) { return range.last < resume; });
  if (!uids.empty()) uids.front().first = std::max(uids.front().first, resume);
}

// Ranges that follow one another become one.
void append(std::vector<UidRange>& list, const std::vector<UidRange>& more) {
  for (const auto& range : more) {
    if (!list.empty() && list.back().last + 1 == range.first) {
      list.back().last = range.last;
    } else {
      list.push_back(range);
    }
  }
}

void append(Changed& all, const Changed& part) {
  if (part.modseq != 0) all.modseq = part.modseq;
  append(all.uids, part.uids);
  all.failed.insert(all.failed.end(), part.failed.begin(), part.failed.end());
}

struct ChangedSlice {
  Changed changed;
  Uid resume = 0;
};

struct MovedSlice {
  Moved moved;
  Uid resume = 0;
};

// Large COPYs that are not published are removed in the background, whatever ended them.
class StagingGuard {
public:
  StagingGuard(Store& store, AccountId account, MailboxId mailbox, StagingLocks::Hold hold)
      : store_(store), account_(account), mailbox_(mailbox),
        hold_(std::make_shared<StagingLocks::Hold>(std::move(hold))) {}

  StagingGuard(const StagingGuard&) = delete;
  StagingGuard& operator=(const StagingGuard&) = delete;

  ~StagingGuard() {
    if (!begun_ || published_) return;
    store_.state().maintenance->discard(account_, mailbox_, [hold = std::move(hold_)] {});
  }

  void begun() { begun_ = true; }

  void published() { published_ = true; }

private:
  Store& store_;
  AccountId account_;
  MailboxId mailbox_;
  std::shared_ptr<StagingLocks::Hold> hold_;
  bool begun_ = false;
  bool published_ = false;
};

// UIDs that come in during a COPY are not part of it, also when it copies into its own mailbox.
std::uint64_t clip(const Store& store, AccountId account, MailboxId mailbox,
                   std::vector<UidRange>& uids) {
  const auto snapshot = store.read();
  const auto found = snapshot.mailbox(account, mailbox);
  if (!found) return 0;
  const Uid last = found->uidnext - 1;
  std::erase_if(uids, [&](const UidRange& range) { return range.first > last; });
  for (auto& range : uids) range.last = std::min(range.last, last);
  return found->counts.messages;
}

async::Task<Result<Moved>> copy_staged(Store& store, AccountId account, MailboxId from,
                                       MailboxId to, std::vector<UidRange> uids) {
  auto hold = co_await store.state().staging_locks.take(account);
  StagingGuard guard(store, account, to, std::move(hold));
  const auto count = clip(store, account, from, uids);
  std::move_only_function<Result<>(Txn&)> begin = [=](Txn& transaction) {
    return begin_staging(transaction.state(), account, to, count);
  };
  auto begun = co_await store.write<void>(std::move(begin));
  if (!begun) co_return std::unexpected(begun.error());
  guard.begun();

  Moved all;
  while (!uids.empty()) {
    std::move_only_function<Result<MovedSlice>(Txn&)> step =
        [=](Txn& transaction) -> Result<MovedSlice> {
      auto slice = Slice::short_time();
      MOX_TRY_ASSIGN(moved, stage_slice(transaction.state(), account, from, to, uids, slice));
      return MovedSlice{std::move(moved), slice.resume()};
    };
    auto staged = co_await store.write_slice<MovedSlice>(std::move(step));
    if (!staged) co_return std::unexpected(staged.error());
    append(all.from, staged->moved.from);
    cut_to(uids, staged->resume);
  }
  std::move_only_function<Result<Moved>(Txn&)> publish = [=](Txn& transaction) {
    return publish_staging(transaction.state(), account, to);
  };
  auto published = co_await store.write<Moved>(std::move(publish));
  if (!published) co_return std::unexpected(published.error());
  guard.published();
  published->from = std::move(all.from);
  co_return published;
}

} // namespace

async::Task<Result<Changed>> change_flags(Store& store, AccountId account, MailboxId mailbox,
                                          std::vector<UidRange> uids, FlagsChange how,
                                          NamedFlags flags, Modseq unchanged_since) {
  Changed all;
  uids = normalised(uids);
  do {
    std::move_only_function<Result<ChangedSlice>(Txn&)> step =
        [=](Txn& transaction) -> Result<ChangedSlice> {
      auto slice = Slice::short_time();
      MOX_TRY_ASSIGN(changed, change_flags_slice(transaction.state(), account, mailbox, uids, how,
                                                 flags, unchanged_since, slice));
      return ChangedSlice{std::move(changed), slice.resume()};
    };
    auto done = co_await store.write_slice<ChangedSlice>(std::move(step));
    if (!done) co_return std::unexpected(done.error());
    append(all, done->changed);
    cut_to(uids, done->resume);
  } while (!uids.empty());
  co_return all;
}

async::Task<Result<Changed>> expunge(Store& store, AccountId account, MailboxId mailbox,
                                     std::vector<UidRange> uids, bool only_deleted) {
  Changed all;
  uids = normalised(uids);
  do {
    std::move_only_function<Result<ChangedSlice>(Txn&)> step =
        [=](Txn& transaction) -> Result<ChangedSlice> {
      auto slice = Slice::short_time();
      MOX_TRY_ASSIGN(
          changed, expunge_slice(transaction.state(), account, mailbox, uids, only_deleted, slice));
      return ChangedSlice{std::move(changed), slice.resume()};
    };
    auto done = co_await store.write_slice<ChangedSlice>(std::move(step));
    if (!done) co_return std::unexpected(done.error());
    append(all, done->changed);
    cut_to(uids, done->resume);
  } while (!uids.empty());
  co_return all;
}

async::Task<Result<Moved>> copy(Store& store, AccountId account, MailboxId from, MailboxId to,
                                std::vector<UidRange> uids) {
  uids = normalised(uids);
  std::move_only_function<Result<std::optional<Moved>>(Txn&)> at_once = [=](Txn& transaction) {
    return copy_at_once(transaction.state(), account, from, to, uids, max_at_once);
  };
  auto done = co_await store.write<std::optional<Moved>>(std::move(at_once));
  if (!done) co_return std::unexpected(done.error());
  if (*done) co_return **std::move(done);
  co_return co_await copy_staged(store, account, from, to, std::move(uids));
}

async::Task<Result<Moved>> move(Store& store, AccountId account, MailboxId from, MailboxId to,
                                std::vector<UidRange> uids) {
  Moved all;
  uids = normalised(uids);
  clip(store, account, from, uids);
  do {
    std::move_only_function<Result<MovedSlice>(Txn&)> step =
        [=](Txn& transaction) -> Result<MovedSlice> {
      auto slice = Slice::unlimited();
      MOX_TRY_ASSIGN(moved, move_slice(transaction.state(), account, from, to, uids,
                                       max_moved_at_once, slice));
      return MovedSlice{std::move(moved), slice.resume()};
    };
    auto done = co_await store.write_slice<MovedSlice>(std::move(step));
    if (!done) co_return std::unexpected(done.error());
    all.uidvalidity = done->moved.uidvalidity;
    if (done->moved.modseq != 0) all.modseq = done->moved.modseq;
    append(all.from, done->moved.from);
    append(all.to, done->moved.to);
    cut_to(uids, done->resume);
  } while (!uids.empty());
  co_return all;
}

async::Task<Result<std::vector<Placement>>>
append(Store& store, AccountId account, MailboxId mailbox, std::vector<NewMessage> messages) {
  std::size_t bytes = 0;
  for (const auto& message : messages) {
    bytes += message.prefix.size() + message.body->memory();
    store.look_ahead(account, *message.summary);
  }
  std::move_only_function<Result<std::vector<Placement>>(Txn&)> change =
      [=, messages = std::move(messages)](Txn& transaction) -> Result<std::vector<Placement>> {
    std::vector<Placement> placements;
    for (const auto& message : messages) {
      MOX_TRY_ASSIGN(placement, transaction.add_message(account, mailbox, message));
      placements.push_back(std::move(placement));
    }
    return placements;
  };
  co_return co_await store.write<std::vector<Placement>>(std::move(change), bytes);
}

} // namespace mox::store
