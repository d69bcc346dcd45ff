#include "store/writer.h"

#include "store/blobs.h"
#include "store/redo.h"

#include <algorithm>
#include <future>
#include <map>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <utility>

namespace mox::store {

namespace {

// LMDB gives up at 131,071; a commit of this many takes some 50 ms.
constexpr std::size_t max_dirty_pages = 8192;
// A delivery should not wait for more than a few slices of others.
constexpr std::chrono::milliseconds max_group_time{10};
// Above other threads: everybody waits for this one, and it waits for the disk most of the time.
constexpr int priority_step = 15;

void end(Change& change, Outcome outcome) {
  change.done(std::move(outcome));
  if (change.resume) change.resume();
}

// Leaves a transaction without committing it; what happened is in the group.
const Error& given_up() {
  static const Error error{ErrorKind::refused, "given up"};
  return error;
}

// Runs the closure; what it throws becomes part of the outcome. `broken`: the database failed, and
// its transaction can only be given up.
Outcome call(Change& change, Txn::State& state, bool& broken) {
  try {
    Txn transaction(state);
    return {change.run(transaction), nullptr};
  } catch (const database::Failure& failure) {
    broken = true;
    return {std::unexpected(failure.error()), nullptr};
  } catch (...) {
    return {failure(ErrorKind::io, "a change of the store was given up for a bug"),
            std::current_exception()};
  }
}

} // namespace

// The closures of one transaction and what they did.
struct Writer::Group {
  std::vector<Change> changes;
  std::vector<Outcome> outcomes;
  std::int64_t now = 0;
  bloblog::Position begin; // of its records in the log
  std::vector<AccountId> changed;
  std::map<std::uint32_t, std::int64_t> live;
  std::vector<std::shared_ptr<Body>> bodies;
  Leftovers leftovers;
  bool again = false;        // a closure failed with its changes in the common transaction
  bool failed_alone = false; // the same, and there is no other
  bool too_full = false;     // no room for the rows of finish(), or of the commit
  bool synced = false;       // the log is
  bool has_redo = false;     // and it has a redo record

  void adopt(Txn::State& state);
  void forget();
};

void Writer::Group::adopt(Txn::State& state) {
  for (const auto& [account, modseq] : state.changed) {
    if (std::ranges::find(changed, account) == changed.end()) changed.push_back(account);
    if (state.has_unindexed) leftovers.unindexed.push_back(account);
  }
  for (const auto& bytes : state.live) live[bytes.segment] += bytes.change;
  for (auto& [body, blob] : state.bodies) {
    BodyBlobs::settle(*body, blob);
    bodies.push_back(std::move(body));
  }
  auto& dead = leftovers.dead_files;
  dead.insert(dead.end(), state.dead_files.begin(), state.dead_files.end());
  leftovers.erasures |= state.has_erasures;
}

void Writer::Group::forget() {
  for (const auto& body : bodies) BodyBlobs::settle(*body, BlobId{});
  outcomes.clear();
  changed.clear();
  live.clear();
  bodies.clear();
  leftovers = {};
  again = too_full = false;
}

Writer::Writer(database::Database& database, Workshop& workshop, const Clock& clock, Limits limits,
               Hooks hooks)
    : database_(database), workshop_(workshop), clock_(clock), limits_(limits),
      hooks_(std::move(hooks)), committed_tail_(workshop.counters.tail),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::size_t Writer::waiting() {
  const std::scoped_lock lock(mutex_);
  return waiting_count_;
}

void Writer::on_change(std::function<void(std::span<const AccountId>)> notify) {
  const std::scoped_lock lock(mutex_);
  hooks_.changed = std::move(notify);
}

void Writer::submit(Change change, bool limited) {
  std::optional<Error> refusal;
  bool enough = false;
  {
    const std::scoped_lock lock(mutex_);
    if (failed_) {
      refusal = failed_;
    } else if (limited && (limited_count_ >= limits_.changes ||
                           (waiting_bytes_ != 0 && change.bytes != 0 &&
                            waiting_bytes_ + change.bytes > limits_.bytes))) {
      refusal = Error{ErrorKind::temporary, "too many changes wait for the disk"};
    } else {
      ++waiting_count_;
      change.limited = limited;
      if (limited) ++limited_count_;
      waiting_bytes_ += change.bytes;
      waiting_.push_back(std::move(change));
      enough = waiting_.size() == enough_;
    }
  }
  if (refusal) {
    end(change, {std::unexpected(*refusal), nullptr});
  } else if (enough) {
    wake_.notify_one();
  }
}

Outcome Writer::run(std::move_only_function<Result<>(Txn&)> change, bool limited) {
  std::promise<Outcome> promise;
  auto outcome = promise.get_future();
  submit({.run = std::move(change),
          .done = [&promise](Outcome result) { promise.set_value(std::move(result)); },
          .bytes = 0,
          .slice = !limited},
         limited);
  return outcome.get();
}

void Writer::loop() {
  // Without it a wait of 250 us takes 300.
  prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
  // Only root may; without it the thread is one like others.
  static_cast<void>(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) - priority_step));
  while (wait_for_changes()) run_group();
}

// False when there is nothing left and the store closes.
bool Writer::wait_for_changes() {
  std::unique_lock lock(mutex_);
  joined_ = 0;
  waited_ = {};
  if (taken_.empty() && slices_.empty()) {
    wake_.wait(lock, [&] { return !waiting_.empty() || stopping_; });
    if (last_group_ > 1) wait_for_others(lock);
  }
  sort_taken();
  return !taken_.empty() || !slices_.empty();
}

void Writer::sort_taken() {
  for (auto& change : waiting_) (change.slice ? slices_ : taken_).push_back(std::move(change));
  waiting_.clear();
}

void Writer::wait_for_others(std::unique_lock<std::mutex>& lock) {
  const auto before = waiting_.size();
  const auto begin = std::chrono::steady_clock::now();
  if (const auto time = join_wait_.next(last_time_); time.count() > 0) {
    // Those that were just answered tend to come back.
    enough_ = last_group_ + before;
    wake_.wait_for(lock, time, [&] { return waiting_.size() >= enough_ || stopping_; });
    enough_ = 1;
  }
  joined_ = waiting_.size() - before;
  waited_ = std::chrono::steady_clock::now() - begin;
}

void Writer::run_group() {
  const auto begin = std::chrono::steady_clock::now();
  Group group;
  group.now = unix_seconds(clock_.wall());
  const auto mark = group.begin = workshop_.log.tail();
  Result<> result;
  for (bool nested = false;; nested = true) {
    try {
      result = attempt(group, nested);
    } catch (const database::Failure& failure) {
      result = std::unexpected(failure.error());
      // Also of the commit, which had no room for the database's own rows.
      group.too_full |= failure.error().kind == ErrorKind::full;
    }
    if (!group.again) break;
    workshop_.log.cut(mark);
    group.forget();
  }
  last_time_ = std::chrono::steady_clock::now() - begin;
  if (last_group_ > 1) {
    const auto size = group.changes.size(); // not always all that waited
    join_wait_.note(size, std::min(joined_, size), waited_, last_time_);
  }
  last_group_ = group.changes.size();
  last_was_slice_ = !group.changes.empty() && group.changes.front().slice;
  if (group.failed_alone) {
    workshop_.log.cut(mark);
    complete(group);
    return;
  }
  if (group.too_full) {
    // What is synced stays there, as dead bytes.
    if (!group.synced) workshop_.log.cut(mark);
    if (group.synced && group.has_redo) {
      if (const auto told = append_refusal(workshop_.log, mark); !told) {
        fail_group(group, told.error());
        return;
      }
    }
    const auto count = group.changes.size();
    group.forget();
    group.outcomes.resize(count);
    for (auto& outcome : group.outcomes) outcome.result = result;
    complete(group);
    return;
  }
  if (!result) {
    fail_group(group, result.error());
    return;
  }
  committed_tail_ = workshop_.counters.tail;
  if (hooks_.committed) hooks_.committed(group.changes.size(), last_time_);
  complete(group);
}

void Writer::fail_group(Group& group, const Error& error) {
  group.outcomes.resize(group.changes.size());
  for (auto& outcome : group.outcomes) outcome.result = std::unexpected(error);
  // The files of bodies that it ended may still be referred to.
  group.leftovers = {};
  group.changed.clear();
  complete(group);
  fail_all(error);
}

Result<> Writer::attempt(Group& group, bool nested) {
  const auto begin = std::chrono::steady_clock::now();
  database::Journal journal(max_redo);
  return database_.write([&](database::WriteTransaction& transaction) -> Result<> {
    transaction.keep_journal(&journal);
    for (std::size_t i = 0;; ++i) {
      if (i == group.changes.size()) {
        // The second attempt is of the same closures.
        if (nested) break;
        if (i > 0 && (transaction.dirty_pages() >= max_dirty_pages ||
                      std::chrono::steady_clock::now() - begin > max_group_time)) {
          break;
        }
        if (!take_next(group)) break;
      }
      if (nested) {
        run_nested(group, transaction, group.changes[i]);
      } else if (!run_plain(group, transaction, group.changes[i])) {
        (group.changes.size() == 1 ? group.failed_alone : group.again) = true;
        return std::unexpected(given_up());
      }
    }
    finish(group, transaction, journal);
    MOX_TRY(workshop_.log.flush_and_sync());
    group.synced = true;
    return ok();
  });
}

// A slice is the first of its group, and every other group is without one where others wait: these
// wait for one slice, not for two.
bool Writer::take_next(Group& group) {
  const bool slice =
      !slices_.empty() && group.changes.empty() && (taken_.empty() || !last_was_slice_);
  auto& from = slice ? slices_ : taken_;
  if (from.empty()) return false;
  group.changes.push_back(std::move(from.front()));
  from.pop_front();
  return true;
}

// False when it failed and left changes in the transaction, or the transaction unusable.
bool Writer::run_plain(Group& group, database::WriteTransaction& transaction, Change& change) {
  const auto mark = workshop_.log.tail();
  const auto bytes = transaction.changed_bytes();
  Txn::State state(workshop_, transaction, group.now);
  bool broken = false;
  auto outcome = call(change, state, broken);
  const bool clean = outcome.result || (!broken && transaction.changed_bytes() == bytes &&
                                        workshop_.log.tail() == mark);
  if (outcome.result) group.adopt(state);
  group.outcomes.push_back(std::move(outcome));
  return clean;
}

void Writer::run_nested(Group& group, database::WriteTransaction& transaction, Change& change) {
  const auto mark = workshop_.log.tail();
  Outcome outcome;
  bool broken = false;
  std::optional<Txn::State> state;
  try {
    const auto result = transaction.nested([&](database::WriteTransaction& child) -> Result<> {
      outcome = call(change, state.emplace(workshop_, child, group.now), broken);
      return outcome.result;
    });
    if (result) group.adopt(*state);
  } catch (const database::Failure& failure) {
    outcome.result = std::unexpected(failure.error());
  }
  if (!outcome.result) workshop_.log.cut(mark);
  group.outcomes.push_back(std::move(outcome));
}

// The rows that are written once a group, and its redo record.
void Writer::finish(Group& group, database::WriteTransaction& transaction,
                    database::Journal& journal) {
  put_live_bytes(group, transaction);
  auto& counters = workshop_.counters;
  const auto key = Key(no_account, Table::counters);
  if (database_.on_disk() && group.begin == committed_tail_ &&
      workshop_.log.tail() != committed_tail_) {
    transaction.put(key, encode(counters)); // its tail is known from the record's place
    group.has_redo = append_redo(workshop_.log, group.begin, journal);
    if (group.has_redo) transaction.set_durability(database::Durability::with_next);
  }
  transaction.keep_journal(nullptr);
  counters.tail = workshop_.log.tail();
  const auto bytes = encode(counters);
  if (transaction.get(key) != bytes) transaction.put(key, bytes);
}

void Writer::put_live_bytes(const Group& group, database::WriteTransaction& transaction) {
  for (const auto& [segment, change] : group.live) {
    if (change == 0) continue;
    const Key key(Key(no_account, Table::segment).u32(segment));
    const auto row = transaction.get(key);
    const auto before = row ? decode_u64(*row) : 0;
    const auto after = before + static_cast<std::uint64_t>(change);
    if (after == 0) {
      transaction.erase(key);
    } else {
      transaction.put(key, encode_u64(after));
    }
  }
}

void Writer::complete(Group& group) {
  std::function<void(std::span<const AccountId>)> changed;
  {
    const std::scoped_lock lock(mutex_);
    waiting_count_ -= group.changes.size();
    for (const auto& change : group.changes) {
      waiting_bytes_ -= change.bytes;
      if (change.limited) --limited_count_;
    }
    changed = hooks_.changed;
  }
  if (changed && !group.changed.empty()) changed(group.changed);
  auto& left = group.leftovers;
  if (hooks_.leftovers && (!left.unindexed.empty() || !left.dead_files.empty() || left.erasures)) {
    hooks_.leftovers(std::move(left));
  }
  std::vector<async::Resume> resumes;
  for (std::size_t i = 0; i < group.changes.size(); ++i) {
    auto& change = group.changes[i];
    auto& outcome = group.outcomes[i];
    outcome.ran = std::move(change.run);
    std::exchange(change.done, nullptr)(std::move(outcome));
    if (change.resume) resumes.push_back(std::move(change.resume));
  }
  async::resume_all(std::move(resumes));
}

// What is on disk is not known any more: nothing may be acknowledged from now on.
void Writer::fail_all(const Error& error) {
  std::deque<Change> all;
  {
    const std::scoped_lock lock(mutex_);
    failed_ = error;
    all.swap(waiting_);
    waiting_count_ = limited_count_ = waiting_bytes_ = 0;
  }
  if (hooks_.failed) hooks_.failed(error);
  for (auto* mine : {&taken_, &slices_}) {
    for (auto& change : *mine) end(change, {std::unexpected(error), nullptr});
    mine->clear();
  }
  for (auto& change : all) end(change, {std::unexpected(error), nullptr});
}

} // namespace mox::store
