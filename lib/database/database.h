// An ordered map from bytes to bytes on disk or in memory: snapshots for readers, one writer.
//
// What the world does (no such folder, locked, full at open or commit) is a Result. Trouble inside
// a transaction (no room, an I/O error, a damaged page) is thrown as Failure: the transaction can
// only be given up, and the code in it stays plain.
#pragma once

#include "result/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace mox::database {

inline constexpr std::size_t max_key_size = 511;

// ErrorKind::full when there is no room, io or corrupt otherwise.
class Failure : public std::runtime_error {
public:
  explicit Failure(Error error) : std::runtime_error(error.text), error_(std::move(error)) {}

  const Error& error() const { return error_; }

private:
  Error error_;
};

// Stands on one entry, or on none. Must be destroyed before its transaction ends or is reset. Its
// views are valid until it moves, or in a write transaction until the next change.
class Cursor {
public:
  virtual ~Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Moves to the first entry at or after `key`. Cheap when it is near, above all going forward.
  virtual bool seek(std::string_view key) = 0;
  // Moves to the last entry below `key`.
  virtual bool seek_below(std::string_view key) = 0;
  // To the neighbours; false at the end, where the cursor then stands on none.
  virtual bool next() = 0;
  virtual bool previous() = 0;

  std::string_view key() const { return key_; }

  std::string_view value() const { return value_; }

protected:
  Cursor() = default;
  std::string_view key_;
  std::string_view value_;
};

// A cursor of a write transaction.
class WriteCursor : public Cursor {
public:
  // Adds or replaces; the cursor stands on the entry. Cheap when the cursor was near.
  virtual void put(std::string_view key, std::string_view value) = 0;
  // Replaces the value of the entry it stands on. `value` must not be a view into the database.
  virtual void replace(std::string_view value) = 0;
  // Erases the entry it stands on; next() then moves to the one after it.
  virtual void erase() = 0;
};

// A consistent view at one moment. Used by one thread at a time, not bound to one.
class ReadTransaction {
public:
  virtual ~ReadTransaction() = default;
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  virtual std::optional<std::string_view> get(std::string_view key) const = 0;
  virtual std::unique_ptr<Cursor> cursor() const = 0;
  // Lets the view go without giving up the transaction's resources; only renew() may follow.
  virtual void reset() = 0;
  // Moves to the newest state.
  virtual void renew() = 0;

protected:
  ReadTransaction() = default;
};

class Journal;

// When a commit is on disk. Readers see it as soon as it has been made.
enum class Durability : std::uint8_t {
  now,
  // With the next commit, whatever that one asks for. Of two such commits, the first is on disk
  // when the second has been made; a crash loses the last one as a whole. For those whose changes
  // are known from elsewhere.
  with_next,
};

// Sees its own changes. Views are valid until the next change.
class WriteTransaction : public ReadTransaction {
public:
  virtual void put(std::string_view key, std::string_view value) = 0;
  // Adds or replaces an entry of `size` bytes, which the caller must fill before the next call.
  virtual std::span<char> reserve(std::string_view key, std::size_t size) = 0;
  // False when it was not there.
  virtual bool erase(std::string_view key) = 0;
  virtual std::unique_ptr<WriteCursor> write_cursor() = 0;
  // Runs `change` in a transaction within this one: an Error or exception undoes it alone. This
  // transaction, and cursors of it, must rest meanwhile.
  virtual Result<> nested(const std::function<Result<>(WriteTransaction&)>& change) = 0;

  // Each change from now on stands in `journal` too, which gives up at a nested transaction; null
  // ends that. It must live until then, or as long as this.
  void keep_journal(Journal* journal) { journal_ = journal; }

  // Of this transaction's commit; `now` unless it is said.
  void set_durability(Durability durability) { durability_ = durability; }

  Durability durability() const { return durability_; }

  // About how many pages this transaction has changed, those of finished children included; rather
  // too many than too few.
  std::size_t dirty_pages() const { return changed_bytes_ / 2048 + changed_places_; }

  // Grows with every change.
  std::size_t changed_bytes() const { return changed_bytes_; }

protected:
  void note_put(std::string_view key, std::string_view value);
  void note_reserve(std::string_view key, std::size_t size);
  void note_reserved(std::span<const char> value);
  void note_erase(std::string_view key);
  void note_nested(const WriteTransaction& child);
  std::size_t changed_bytes_ = 0;
  std::size_t changed_places_ = 0;

private:
  void note_change(std::string_view key, std::size_t value_size);

  char last_place_[9] = {};
  Journal* journal_ = nullptr;
  Durability durability_ = Durability::now;
};

class Database {
public:
  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Any thread; short: old snapshots keep old pages alive.
  virtual std::unique_ptr<ReadTransaction> read() const = 0;
  // Runs `change` in the one write transaction, commits when it returns success and is then on
  // disk, unless set_durability() said otherwise. Runs on the calling thread; one at a time. An
  // Error that is not of `change` is of the commit, and what is on disk is not known; a Failure
  // that leaves it has changed nothing.
  virtual Result<> write(const std::function<Result<>(WriteTransaction&)>& change) = 0;

  // Frees the places of readers whose process died; how many.
  virtual int clear_stale_readers() { return 0; }

  // Age of the oldest snapshot that is in use.
  virtual std::chrono::nanoseconds oldest_reader() const { return {}; }

  // False when nothing outlives the process.
  virtual bool on_disk() const { return false; }

  // For people: the engine and the room it has.
  virtual std::string_view description() const = 0;

protected:
  Database() = default;
};

struct LmdbOptions {
  std::filesystem::path folder; // must exist
  std::uint64_t map_size = 0;   // bytes; 0: as much as there is address space for
  bool read_only = false;       // beside a process that writes
  // The file is made longer before its pages are needed, some at a time: a commit that makes it
  // longer waits for the file system's own records too.
  bool room_ahead = false;
};

// LMDB. What was committed last is on disk when it is destroyed.
Result<std::unique_ptr<Database>> open_lmdb(const LmdbOptions& options);
// Gone when destroyed.
std::unique_ptr<Database> open_memory();

} // namespace mox::database
