// The store's work in the background, off the way of deliveries: merging index rows, deleting for
// good what was expunged, trimming the change log, compacting the blob log.
#pragma once

#include "bloblog/segments.h"
#include "database/database.h"
#include "store/store.h"
#include "store/writer.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace mox::store {

class Maintenance {
public:
  explicit Maintenance(Store::State& store);
  ~Maintenance();

  // Once, when the store has it: the writer tells it what is left to do.
  void start();
  // Ends between two slices; take() and discard() may still be called, without effect.
  void stop();

  // From the writer thread.
  void take(Leftovers leftovers);
  // Rows of a COPY that was given up; `finished` is called when they are gone.
  void discard(AccountId account, MailboxId mailbox, std::function<void()> finished);
  // Everything now; any thread but the writer's.
  Result<> run_all();

private:
  struct Discard {
    AccountId account{};
    MailboxId mailbox{};
    std::function<void()> finished;
  };

  void loop();
  void attempt(const std::function<Result<>()>& work);
  Result<> merge_at_start();
  bool is_stopping();
  Result<> round(bool all);
  Result<> trim_all(std::int64_t now, const std::function<bool()>& stopping);
  Result<> remove_dead_files();
  Result<> discard_all(const std::function<bool()>& stopping);
  Result<> discard_one(AccountId account, MailboxId mailbox, const std::function<bool()>& stopping);
  Result<> merge_all(bool all, const std::function<bool()>& stopping);
  void report(const Result<>& result);

  Store::State& store_;
  std::mutex mutex_;
  std::mutex round_mutex_; // one round at a time
  std::condition_variable wake_;
  std::set<AccountId> unindexed_;
  std::size_t unindexed_count_ = 0;
  std::vector<bloblog::Location> dead_files_;
  std::vector<Discard> discards_;
  bool stopping_ = false;
  SteadyTime next_round_;
  unsigned rounds_ = 0;      // of the thread that holds round_mutex_
  bool merged_once_ = false; // likewise
  std::thread thread_;
};

} // namespace mox::store
