#include "store/maintenance.h"

#include "store/background.h"
#include "store/staging.h"
#include "store/store_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mox::store {

namespace {

constexpr std::chrono::minutes between_rounds{1};
// Trimming counts all rows of the log, so it comes seldom.
constexpr unsigned rounds_between_trims = 60;
constexpr std::chrono::minutes long_reader{1};
// The more wait, the more rows of an index fall on one page; but readers look through those that
// wait one by one.
constexpr std::size_t many_unindexed = 2048;

} // namespace

Maintenance::Maintenance(Store::State& store)
    : store_(store), next_round_(std::chrono::steady_clock::now() + between_rounds) {}

Maintenance::~Maintenance() {
  stop();
}

void Maintenance::start() {
  thread_ = std::thread([this] { loop(); });
}

void Maintenance::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::take(Leftovers leftovers) {
  {
    const std::scoped_lock lock(mutex_);
    unindexed_count_ += leftovers.unindexed.size();
    unindexed_.insert(leftovers.unindexed.begin(), leftovers.unindexed.end());
    dead_files_.insert(dead_files_.end(), leftovers.dead_files.begin(), leftovers.dead_files.end());
    if (unindexed_count_ < many_unindexed && dead_files_.empty()) return;
  }
  wake_.notify_all();
}

void Maintenance::discard(AccountId account, MailboxId mailbox, std::function<void()> finished) {
  {
    const std::scoped_lock lock(mutex_);
    discards_.push_back({account, mailbox, std::move(finished)});
  }
  wake_.notify_all();
}

Result<> Maintenance::run_all() {
  {
    const std::scoped_lock one_at_a_time(round_mutex_);
    rounds_ = 0;
    merged_once_ = false;
  }
  return round(true);
}

void Maintenance::loop() {
  attempt([this] { return merge_at_start(); });
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, next_round_, [&] {
        return stopping_ || unindexed_count_ >= many_unindexed || !dead_files_.empty() ||
               !discards_.empty();
      });
      if (stopping_) return;
    }
    const bool all = std::chrono::steady_clock::now() >= next_round_;
    if (all) next_round_ = std::chrono::steady_clock::now() + between_rounds;
    attempt([&] { return round(all); });
  }
}

void Maintenance::attempt(const std::function<Result<>()>& work) {
  try {
    report(work());
  } catch (const std::exception& exception) {
    report(failure(ErrorKind::io, exception.what()));
  }
}

// What waited at the last stop is known to nobody.
Result<> Maintenance::merge_at_start() {
  const std::scoped_lock one_at_a_time(round_mutex_);
  return merge_all(true, [this] { return is_stopping(); });
}

bool Maintenance::is_stopping() {
  const std::scoped_lock lock(mutex_);
  return stopping_;
}

void Maintenance::report(const Result<>& result) {
  if (result) return;
  store_.say(fmt::format("the store's maintenance: {}", result.error().text), true);
  // A failure that stays must not keep a processor busy.
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::seconds(5), [&] { return stopping_; });
}

Result<> Maintenance::round(bool all) {
  const std::scoped_lock one_at_a_time(round_mutex_);
  const auto stopping = [this] { return is_stopping(); };
  MOX_TRY(remove_dead_files());
  MOX_TRY(discard_all(stopping));
  MOX_TRY(merge_all(all, stopping));
  if (!all) return ok();

  if (const int dead = store_.database->clear_stale_readers(); dead != 0) {
    store_.say(fmt::format("freed the places of {} readers that died", dead));
  }
  if (const auto age = store_.database->oldest_reader(); age > long_reader) {
    store_.say(fmt::format("a reader holds its snapshot since {} s",
                           std::chrono::duration_cast<std::chrono::seconds>(age).count()),
               true);
  }
  const auto now = unix_seconds(store_.clock.wall());
  const auto kept = now - store_.options.keep_expunged.count();
  // Bytes that only undelete needs go first when the disk is nearly full.
  MOX_TRY(delete_expunged(store_, store_.free_space.low() ? now : kept, stopping));
  if (rounds_++ % rounds_between_trims == 0) MOX_TRY(trim_all(now, stopping));
  return compact(store_, stopping);
}

Result<> Maintenance::trim_all(std::int64_t now, const std::function<bool()>& stopping) {
  const auto& options = store_.options;
  const auto attempts_kept = now - options.keep_login_attempts.count();
  MOX_TRY(trim_login_attempts(store_, no_account, attempts_kept, stopping));
  for (const auto& account : Snapshot(store_.database->read()).accounts()) {
    MOX_TRY(trim_log(store_, account.id, now - options.keep_expunged.count(), stopping));
    MOX_TRY(trim_login_attempts(store_, account.id, attempts_kept, stopping));
  }
  return ok();
}

Result<> Maintenance::remove_dead_files() {
  std::vector<bloblog::Location> files;
  {
    const std::scoped_lock lock(mutex_);
    files.swap(dead_files_);
  }
  for (const auto& file : files) MOX_TRY(store_.segments->remove_large(file));
  return ok();
}

Result<> Maintenance::discard_all(const std::function<bool()>& stopping) {
  std::vector<Discard> discards;
  {
    const std::scoped_lock lock(mutex_);
    discards.swap(discards_);
  }
  while (!discards.empty()) {
    auto& one = discards.back();
    if (auto done = discard_one(one.account, one.mailbox, stopping); !done) {
      // Until they are gone no other large COPY may begin there.
      const std::scoped_lock lock(mutex_);
      std::ranges::move(discards, std::back_inserter(discards_));
      return done;
    }
    one.finished();
    discards.pop_back();
  }
  return ok();
}

// What a stop leaves is removed at the next start.
Result<> Maintenance::discard_one(AccountId account, MailboxId mailbox,
                                  const std::function<bool()>& stopping) {
  for (bool done = false; !done && !stopping();) {
    MOX_TRY(run_change(store_, [&](Txn& transaction) -> Result<> {
      auto slice = Slice::short_time();
      MOX_TRY_ASSIGN(finish, discard_staging(transaction.state(), account, mailbox, slice));
      done = finish;
      return ok();
    }));
  }
  return ok();
}

Result<> Maintenance::merge_all(bool all, const std::function<bool()>& stopping) {
  // On the writer's thread, which is the one that uses them.
  const auto hashes = [&](auto change) {
    return run_change(store_, [&](Txn& transaction) -> Result<> {
      change(transaction.state().workshop.waiting);
      return ok();
    });
  };
  MOX_TRY(hashes([](RecentHashes& waiting) { waiting.turn(); }));
  std::set<AccountId> accounts;
  {
    const std::scoped_lock lock(mutex_);
    accounts.swap(unindexed_);
    unindexed_count_ = 0;
  }
  if (all && !std::exchange(merged_once_, true)) {
    for (const auto& account : Snapshot(store_.database->read()).accounts()) {
      accounts.insert(account.id);
    }
  }
  for (const auto account : accounts) {
    if (auto done = merge_indexes(store_, account, stopping); !done) {
      merged_once_ = false; // the next full round looks at all accounts again
      return done;
    }
  }
  if (stopping() || !merged_once_) return ok();
  return hashes([](RecentHashes& waiting) { waiting.forget_old(); });
}

} // namespace mox::store
