// The one store of the server: accounts, mailboxes, messages, their history and their bytes.
//
// All changes go through one writer thread as closures that it groups: one sync of the blob log and
// one commit of the database for all that wait. A change is complete, and its caller resumed, only
// when it is on disk.
#pragma once

#include "async/task.h"
#include "bloblog/large_body.h"
#include "clock/clock.h"
#include "random/random.h"
#include "result/result.h"
#include "store/snapshot.h"
#include "store/txn.h"
#include "store/types.h"
#include "store/verify.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace mox::async {
class Pool;
}

namespace mox::message {
struct Summary;
}

namespace mox::store {

class Body;

enum class Engine : std::uint8_t { lmdb, memory };

struct Options {
  std::filesystem::path folder; // <datadir>/store; made when it does not exist
  Engine engine = Engine::lmdb;
  std::chrono::seconds keep_expunged = std::chrono::days(7);
  std::uint64_t min_free_space = 128U << 20U; // or 1 % of the file system, whichever is less
  std::size_t max_waiting_changes = 4096;
  std::size_t max_waiting_bytes = 64U << 20U;
  std::uint64_t map_size = 0;     // of the database, for tests; 0: as large as it can be
  std::uint32_t segment_size = 0; // of the blob log, for tests; 0: as FORMAT.md says
  // The change log keeps up to this many rows an account.
  std::size_t max_log_rows = 100'000;
  std::chrono::seconds keep_login_attempts = std::chrono::days(30);
  std::size_t max_login_attempts = 10'000; // of an account: so many that failed, and that did not
  std::size_t max_all_login_attempts = 1'000'000;
};

// What happened, for logs and metrics; called on the store's own threads.
struct Observer {
  std::function<void(std::string_view message, bool error)> log;
  std::function<void(std::size_t changes, std::chrono::nanoseconds duration)> committed;
  // A failed sync or commit: nothing may be acknowledged any more; the process should exit 1.
  std::function<void(const Error&)> failed;
};

class Store {
public:
  // Takes the lock on the folder, opens, and checks the format. ErrorKind::temporary when another
  // process holds it; ErrorKind::unsupported for an unknown newer format.
  static Result<std::unique_ptr<Store>> open(Options options, const Clock& clock, Random& random,
                                             Observer observer);
  // Completes the changes that were accepted.
  ~Store();

  Snapshot read() const;

  // Runs `change` on the writer thread in a transaction of its own; an error that it returns, or an
  // exception, undoes it alone. Resumes the caller on its executor when all is on disk.
  // `change` owns what it needs: it may run after the caller is gone, and must be a pure function
  // of the transaction, since it may run more than once. `bytes` is what it holds, for the limits.
  // ErrorKind::temporary, without running it, when too much waits.
  template <class T>
  async::Task<Result<T>> write(std::move_only_function<Result<T>(Txn&)> change,
                               std::size_t bytes = 0);
  // The same for one of the slices that long work is cut into: others that wait come in between.
  template <class T>
  async::Task<Result<T>> write_slice(std::move_only_function<Result<T>(Txn&)> change);

  // The same for callers without an executor: tests, commands, the store's own maintenance.
  template <class T> Result<T> write_blocking(std::move_only_function<Result<T>(Txn&)> change);

  // A slice, and one that waits as long as it must: for what somebody notes for himself.
  Result<> write_slice_blocking(std::move_only_function<Result<>(Txn&)> change);

  // Has the pages read that adding such a message will look at, on this thread: the writer, for
  // which all wait, then finds them in memory.
  void look_ahead(AccountId account, const message::Summary& summary) const;

  // Makes message bytes ready to be referred to by a change. A large body is written and synced on
  // `pool` now; a small one stays in memory and travels with the change.
  async::Task<Result<std::shared_ptr<Body>>> prepare(std::string bytes, async::Pool& pool);
  // A body that is written to its own file as it comes, for messages too large for memory; dropped
  // unprepared it leaves nothing behind.
  Result<bloblog::LargeBody> begin_large();
  // Ends and syncs it on `pool`; from then on it is referred to like any other.
  async::Task<Result<std::shared_ptr<Body>>> prepare(bloblog::LargeBody body, async::Pool& pool);

  // Blocks, for callers without an executor.
  Result<std::shared_ptr<Body>> prepare_blocking(std::string bytes);

  // `notify` hears of the accounts that each commit changed, on the writer thread; it must be
  // quick. Set before the first change.
  void on_change(std::function<void(std::span<const AccountId>)> notify);

  // Free space is below the limit: deliveries, APPEND and COPY must be refused.
  bool low_space() const;

  // Changes that wait for their commit.
  std::size_t waiting_changes() const;

  // Reads `into.size()` bytes of the message from `offset`; prefix and blob together.
  Result<> read_message(const Snapshot& snapshot, const Content& content,
                        const Rendering& rendering, std::uint64_t offset,
                        std::span<char> into) const;

  // Where the blob's bytes stand, for sendfile. The descriptor stays open while `holder` lives.
  struct FileRange {
    std::shared_ptr<const void> holder;
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  Result<FileRange> blob_file(const Snapshot& snapshot, BlobId blob) const;

  // The proof of verify.h on this open store.
  Result<Verification> verify() const;

  // What the background does by itself, done now and to its end: for commands and tests.
  // Indexes merged, expunged messages whose time has come deleted, the log trimmed, and segments of
  // the blob log that are more than half dead removed.
  Result<> maintain();

  struct State;

  // For the store's own operations.
  State& state() const { return *state_; }

private:
  explicit Store(std::unique_ptr<State> state);
  enum class Kind : unsigned char { whole, slice };
  template <class T>
  async::Task<Result<T>> write(std::move_only_function<Result<T>(Txn&)> change, std::size_t bytes,
                               Kind kind);
  async::Task<Result<>> submit(std::move_only_function<Result<>(Txn&)> run, std::size_t bytes,
                               Kind kind);
  Result<> submit_blocking(std::move_only_function<Result<>(Txn&)> run);
  std::unique_ptr<State> state_;
};

template <class T>
async::Task<Result<T>> Store::write(std::move_only_function<Result<T>(Txn&)> change,
                                    std::size_t bytes) {
  return write(std::move(change), bytes, Kind::whole);
}

template <class T>
async::Task<Result<T>> Store::write_slice(std::move_only_function<Result<T>(Txn&)> change) {
  return write(std::move(change), 0, Kind::slice);
}

template <class T>
async::Task<Result<T>> Store::write(std::move_only_function<Result<T>(Txn&)> change,
                                    std::size_t bytes, Kind kind) {
  auto value = std::make_shared<std::optional<Result<T>>>();
  std::move_only_function<Result<>(Txn&)> run =
      [value, change = std::move(change)](Txn& transaction) mutable -> Result<> {
    const auto& result = value->emplace(change(transaction));
    if (!result) return std::unexpected(result.error());
    return ok();
  };
  auto outcome = co_await submit(std::move(run), bytes, kind);
  if (!outcome) co_return std::unexpected(std::move(outcome).error());
  co_return std::move(**value);
}

template <class T>
Result<T> Store::write_blocking(std::move_only_function<Result<T>(Txn&)> change) {
  std::optional<Result<T>> value;
  const auto outcome = submit_blocking([&](Txn& transaction) -> Result<> {
    const auto& result = value.emplace(change(transaction));
    if (!result) return std::unexpected(result.error());
    return ok();
  });
  if (!outcome) return std::unexpected(outcome.error());
  return *std::move(value);
}

} // namespace mox::store
