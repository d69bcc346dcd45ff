// The one thread that changes the store: runs the closures that wait in one transaction, makes it
// durable, and completes them all.
//
// A closure fails alone. It is run plainly first; when one fails after it has changed something,
// the group's transaction is given up and the group run again with each closure in a nested one
// (closures are pure functions of the transaction). Failures are rare, and most come before the
// first change, so that the cost of nesting is nearly never paid.
#pragma once

#include "async/handoff.h"
#include "clock/clock.h"
#include "database/database.h"
#include "database/journal.h"
#include "store/join_wait.h"
#include "store/store.h"
#include "store/txn_state.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mox::store {

struct Outcome {
  Result<> result;
  std::exception_ptr bug; // what left the closure
  // The closure, for whoever waited: freeing what it holds is not the writer's work.
  std::move_only_function<Result<>(Txn&)> ran = {};
};

struct Change {
  std::move_only_function<Result<>(Txn&)> run;
  std::move_only_function<void(Outcome)> done; // on the writer thread; quick
  std::size_t bytes = 0;
  async::Resume resume = {}; // who waits for it, if a coroutine does; after `done`
  bool limited = false;      // counts among those that may be too many
  bool slice = false;        // of long work: lets a group without one pass before it
};

// What a group left to do, for the maintenance thread.
struct Leftovers {
  std::vector<AccountId> unindexed; // accounts with messages that came, one for each change
  std::vector<bloblog::Location> dead_files;
  bool erasures = false;
};

class Writer {
public:
  struct Limits {
    std::size_t changes = 0;
    std::size_t bytes = 0;
  };

  struct Hooks {
    std::function<void(std::span<const AccountId>)> changed;
    std::function<void(std::size_t, std::chrono::nanoseconds)> committed;
    std::function<void(const Error&)> failed;
    std::function<void(Leftovers)> leftovers;
  };

  Writer(database::Database& database, Workshop& workshop, const Clock& clock, Limits limits,
         Hooks hooks);
  // Completes what was accepted.
  ~Writer();

  // Takes `change`, or completes it at once with ErrorKind::temporary when too much waits. Without
  // `limited` it is always taken: for the store's own work.
  void submit(Change change, bool limited);
  // The same and waits. The store's own work is slices.
  Outcome run(std::move_only_function<Result<>(Txn&)> change, bool limited);

  // Changes that were taken and are not complete. Thread-safe.
  std::size_t waiting();

  void on_change(std::function<void(std::span<const AccountId>)> notify);

private:
  struct Group;

  void loop();
  bool wait_for_changes();
  void sort_taken();
  void wait_for_others(std::unique_lock<std::mutex>& lock);
  void run_group();
  Result<> attempt(Group& group, bool nested);
  bool take_next(Group& group);
  bool run_plain(Group& group, database::WriteTransaction& transaction, Change& change);
  void run_nested(Group& group, database::WriteTransaction& transaction, Change& change);
  void finish(Group& group, database::WriteTransaction& transaction, database::Journal& journal);
  static void put_live_bytes(const Group& group, database::WriteTransaction& transaction);
  void fail_group(Group& group, const Error& error);
  void complete(Group& group);
  void fail_all(const Error& error);

  database::Database& database_;
  Workshop& workshop_;
  const Clock& clock_;
  Limits limits_;
  Hooks hooks_;
  // What the database knows. Where the log goes on elsewhere, as behind a group that the database
  // refused, a redo record would not be found.
  bloblog::Position committed_tail_;
  std::deque<Change> taken_; // of the writer thread, as the following
  std::deque<Change> slices_;
  bool last_was_slice_ = false; // the last group had one
  JoinWait join_wait_;
  std::size_t last_group_ = 0;
  std::chrono::nanoseconds last_time_{0}; // that it took
  std::size_t joined_ = 0;                // while it waited for the next group
  std::chrono::nanoseconds waited_{0};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Change> waiting_;
  std::size_t enough_ = 1;        // so many waiting ones wake the thread
  std::size_t waiting_count_ = 0; // taken ones included
  std::size_t limited_count_ = 0; // of these
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  std::optional<Error> failed_;
  std::thread thread_;
};

} // namespace mox::store
