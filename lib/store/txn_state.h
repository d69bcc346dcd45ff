// What one closure works with on the writer thread: the transaction, the blob log, and what it has
// done so far.
#pragma once

#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "database/database.h"
#include "store/body.h"
#include "store/format.h"
#include "store/recent_hashes.h"
#include "store/txn.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::store {

struct LoginAttemptLimits {
  std::size_t account = 0; // of those that failed, and of those that did not
  std::size_t all = 0;
};

// Of the writer, the same for all closures of a group.
struct Workshop {
  bloblog::Writer& log;
  HashKey hash_key;
  CounterRecord counters;
  RecentHashes waiting; // of the Message-IDs and subjects of messages without rows in the indexes
  std::function<bool()> low_space;
  LoginAttemptLimits login_attempts;
};

// Bytes of records in a segment that became live, or dead.
struct LiveBytes {
  std::uint32_t segment = 0;
  std::int64_t change = 0;
};

struct Txn::State {
  State(Workshop& with, database::WriteTransaction& transaction, std::int64_t time)
      : workshop(with), db(transaction), snapshot(transaction), now(time) {}

  Workshop& workshop;
  database::WriteTransaction& db;
  Snapshot snapshot;
  std::int64_t now; // unix seconds

  // Results, for the writer to use when the closure has succeeded.
  std::vector<std::pair<AccountId, Modseq>> changed;
  std::vector<std::pair<std::shared_ptr<Body>, BlobId>> bodies;
  std::vector<LiveBytes> live;
  std::vector<bloblog::Location> dead_files;
  bool has_unindexed = false; // messages whose rows in the indexes are left to the background
  bool has_erasures = false;

  Result<AccountRecord> account(AccountId id) const;
  void put(AccountId id, const AccountRecord& record);
  Result<MailboxRecord> mailbox(AccountId account, MailboxId id) const;
  void put(AccountId account, const MailboxRecord& record);

  // The closure's modseq in this account; set in `record`, which the caller puts.
  Modseq stamp(AccountId id, AccountRecord& record);

  // Adds a row to the change log; `added` UIDs that follow each other share one.
  void log(AccountId account, Modseq modseq, ChangeKind kind, MailboxId mailbox, UidRange uids,
           std::string_view name = {});

  void note_live(const bloblog::Location& record);
  void note_dead(const bloblog::Location& record);

private:
  struct OpenRow {
    AccountId account{};
    MailboxId mailbox{};
    UidRange uids;
  };

  OpenRow open_row_;
};

// Rows of the log for UIDs in ascending order: a run ends only where a message stays that is not
// part of it, so that UIDs without a message make no rows. `exact` has just the UIDs.
class Runs {
public:
  void add(Uid uid);

  // A message that is not part of the run stands here.
  void stop() { open_ = false; }

  const std::vector<UidRange>& covering() const { return covering_; }

  std::vector<UidRange> take_exact() { return std::move(exact_); }

  bool empty() const { return exact_.empty(); }

private:
  std::vector<UidRange> covering_;
  std::vector<UidRange> exact_;
  bool open_ = false;
};

// Sorted, without overlaps and without empty ranges.
std::vector<UidRange> normalised(std::span<const UidRange> ranges);

// A bound on how long one closure may go on. Where it ends early, `resume` is the UID to go on
// from.
class Slice {
public:
  static Slice unlimited() { return Slice(SteadyTime::max(), ~std::size_t{0}); }

  // From now; LMDB's pages too are bounded by it, at the rates that were measured.
  static Slice short_time();

  // To be asked before each row; true when it must stop.
  bool spent();

  void stop_at(Uid uid) { resume_ = uid; }

  // 0 when all is done.
  Uid resume() const { return resume_; }

private:
  Slice(SteadyTime end, std::size_t rows) : end_(end), rows_(rows) {}

  SteadyTime end_;
  std::size_t rows_;
  std::size_t count_ = 0;
  Uid resume_ = 0;
};

// What a message counts for in its mailbox.
void count_in(Counts& counts, const PlacementRecord& record);
void count_out(Counts& counts, const PlacementRecord& record);

// Contents by id for a change of their references; fast in ascending order.
class ContentRows {
public:
  ContentRows(Txn::State& state, AccountId account);
  // Adds `change` to the references; throws Failure(corrupt) when there is no such row.
  void refer(MessageId message, std::int32_t change);

private:
  AccountId account_;
  std::unique_ptr<database::WriteCursor> cursor_;
  bool there_ = false;
};

} // namespace mox::store
