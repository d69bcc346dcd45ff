// The engine on disk: LMDB. The only file that knows it.
#include "database/database.h"
#include "database/room_ahead.h"

#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mox::database {

namespace {

constexpr unsigned max_readers = 1024;
constexpr std::size_t max_idle_readers = 64;

Error error_of(std::string_view what, int code) {
  const auto text = fmt::format("{}: {}", what, mdb_strerror(code));
  switch (code) {
  case MDB_MAP_FULL:
  case MDB_TXN_FULL: return {ErrorKind::full, text};
  case MDB_READERS_FULL: return {ErrorKind::temporary, text};
  case MDB_VERSION_MISMATCH: return {ErrorKind::unsupported, text};
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_INVALID:
  case MDB_PANIC: return {ErrorKind::corrupt, text};
  case MDB_BAD_TXN:
  case MDB_BAD_VALSIZE:
  case MDB_BAD_DBI:
  case MDB_BAD_RSLOT:
  case EINVAL: throw std::logic_error(text);
  default: break;
  }
  if (code > 0) return system_error(what, code);
  return {ErrorKind::io, text};
}

void require(std::string_view what, int code) {
  if (code != MDB_SUCCESS) throw Failure(error_of(what, code));
}

MDB_val in(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}

std::string_view out(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// One MDB_cursor as a Cursor.
template <class Base> class LmdbCursorOf : public Base {
public:
  LmdbCursorOf(MDB_txn* transaction, MDB_dbi tree) {
    require("open a cursor", mdb_cursor_open(transaction, tree, &cursor_));
  }

  ~LmdbCursorOf() override { mdb_cursor_close(cursor_); }

  bool seek(std::string_view key) override {
    MDB_val k = in(key);
    return stand(k, MDB_SET_RANGE);
  }

  bool seek_below(std::string_view key) override {
    MDB_val k = in(key);
    MDB_val v{};
    const int code = mdb_cursor_get(cursor_, &k, &v, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND) return move(MDB_LAST);
    require("read", code);
    return move(MDB_PREV);
  }

  bool next() override {
    if (!standing_) return false;
    return move(MDB_NEXT);
  }

  bool previous() override {
    if (!standing_) return false;
    return move(MDB_PREV);
  }

protected:
  bool move(MDB_cursor_op operation) {
    MDB_val key{};
    return stand(key, operation);
  }

  bool stand(MDB_val& key, MDB_cursor_op operation) {
    MDB_val value{};
    const int code = mdb_cursor_get(cursor_, &key, &value, operation);
    standing_ = code == MDB_SUCCESS;
    if (standing_) {
      this->key_ = out(key);
      this->value_ = out(value);
      return true;
    }
    this->key_ = this->value_ = {};
    if (code != MDB_NOTFOUND) require("read", code);
    return false;
  }

  MDB_cursor* cursor_ = nullptr;
  bool standing_ = false;
};

using LmdbCursor = LmdbCursorOf<Cursor>;

class LmdbWrite final : public WriteTransaction {
public:
  LmdbWrite(MDB_env* environment, MDB_txn* parent, MDB_dbi tree)
      : environment_(environment), tree_(tree) {
    require("begin a change", mdb_txn_begin(environment, parent, 0, &transaction_));
  }

  ~LmdbWrite() override {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }

  std::optional<std::string_view> get(std::string_view key) const override {
    MDB_val k = in(key);
    MDB_val v{};
    const int code = mdb_get(transaction_, tree_, &k, &v);
    if (code == MDB_NOTFOUND) return std::nullopt;
    require("read", code);
    return out(v);
  }

  std::unique_ptr<Cursor> cursor() const override {
    return std::make_unique<LmdbCursor>(transaction_, tree_);
  }

  std::unique_ptr<WriteCursor> write_cursor() override;

  void reset() override { throw std::logic_error("database: reset of a write transaction"); }

  void renew() override { throw std::logic_error("database: renew of a write transaction"); }

  void put(std::string_view key, std::string_view value) override {
    note_put(key, value);
    MDB_val k = in(key);
    MDB_val v = in(value);
    require("write", mdb_put(transaction_, tree_, &k, &v, 0));
  }

  std::span<char> reserve(std::string_view key, std::size_t size) override {
    note_reserve(key, size);
    MDB_val k = in(key);
    MDB_val v{size, nullptr};
    require("write", mdb_put(transaction_, tree_, &k, &v, MDB_RESERVE));
    const std::span value(static_cast<char*>(v.mv_data), size);
    note_reserved(value);
    return value;
  }

  bool erase(std::string_view key) override {
    if (!get(key)) return false;
    note_erase(key);
    MDB_val k = in(key);
    require("erase", mdb_del(transaction_, tree_, &k, nullptr));
    return true;
  }

  Result<> nested(const std::function<Result<>(WriteTransaction&)>& change) override {
    LmdbWrite child(environment_, transaction_, tree_);
    MOX_TRY(change(child));
    require("end a nested change", child.commit());
    note_nested(child);
    return ok();
  }

  int commit() { return mdb_txn_commit(std::exchange(transaction_, nullptr)); }

  // Of cursors.
  void note(std::string_view key, std::string_view value) { note_put(key, value); }

  void note_erased(std::string_view key) { note_erase(key); }

  MDB_txn* handle() const { return transaction_; }

private:
  MDB_env* environment_;
  MDB_dbi tree_;
  MDB_txn* transaction_ = nullptr;
};

class LmdbWriteCursor final : public LmdbCursorOf<WriteCursor> {
public:
  LmdbWriteCursor(LmdbWrite& transaction, MDB_dbi tree)
      : LmdbCursorOf(transaction.handle(), tree), transaction_(&transaction) {}

  void put(std::string_view key, std::string_view value) override { store(key, value, 0); }

  // The key is copied because LMDB may move the page under it.
  void replace(std::string_view value) override {
    if (!standing_) throw std::logic_error("database: replace without an entry");
    std::array<char, max_key_size> copy;
    const auto size = key_.copy(copy.data(), copy.size());
    store({copy.data(), size}, value, MDB_CURRENT);
  }

  void erase() override {
    if (!standing_ || key_.empty()) throw std::logic_error("database: erase without an entry");
    transaction_->note_erased(key_);
    key_ = value_ = {};
    require("erase", mdb_cursor_del(cursor_, 0));
  }

private:
  void store(std::string_view key, std::string_view value, unsigned flags) {
    transaction_->note(key, value);
    MDB_val k = in(key);
    MDB_val v = in(value);
    require("write", mdb_cursor_put(cursor_, &k, &v, flags));
    move(MDB_GET_CURRENT);
  }

  LmdbWrite* transaction_;
};

std::unique_ptr<WriteCursor> LmdbWrite::write_cursor() {
  return std::make_unique<LmdbWriteCursor>(*this, tree_);
}

struct EnvironmentCloser {
  void operator()(MDB_env* environment) const { mdb_env_close(environment); }
};

using Environment = std::unique_ptr<MDB_env, EnvironmentCloser>;

class LmdbRead;

class LmdbDatabase final : public Database {
public:
  LmdbDatabase(Environment environment, MDB_dbi tree, std::string description,
               std::optional<RoomAhead> room)
      : environment_(std::move(environment)), tree_(tree), description_(std::move(description)),
        room_(room) {}

  ~LmdbDatabase() override {
    if (unsynced_) mdb_env_sync(environment_.get(), 1);
    for (auto* transaction : idle_) mdb_txn_abort(transaction);
  }

  std::unique_ptr<ReadTransaction> read() const override;

  Result<> write(const std::function<Result<>(WriteTransaction&)>& change) override {
    LmdbWrite transaction(environment_.get(), nullptr, tree_);
    MOX_TRY(change(transaction));
    if (room_ && transaction.dirty_pages() != 0) make_room(transaction.dirty_pages());
    const std::scoped_lock lock(commit_mutex_);
    const int code = commit(transaction);
    if (code == MDB_SUCCESS) return ok();
    const auto error = error_of("commit", code);
    // Found before the first page is written, so that the file is as it was.
    if (code == MDB_MAP_FULL || code == MDB_TXN_FULL) throw Failure(error);
    if (!failed_commit_) failed_commit_ = error;
    return std::unexpected(error);
  }

  int clear_stale_readers() override {
    int dead = 0;
    require("clear stale readers", mdb_reader_check(environment_.get(), &dead));
    return dead;
  }

  std::chrono::nanoseconds oldest_reader() const override;

  bool on_disk() const override { return true; }

  std::string_view description() const override { return description_; }

  MDB_txn* take_idle() const {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto* transaction = idle_.back();
    idle_.pop_back();
    return transaction;
  }

  void give_back(MDB_txn* transaction) const {
    {
      const std::scoped_lock lock(mutex_);
      if (idle_.size() < max_idle_readers) {
        idle_.push_back(transaction);
        return;
      }
    }
    mdb_txn_abort(transaction);
  }

  void add(LmdbRead* reader) const {
    const std::scoped_lock lock(mutex_);
    readers_.push_back(reader);
  }

  void remove(LmdbRead* reader) const {
    const std::scoped_lock lock(mutex_);
    std::erase(readers_, reader);
  }

  // Throws why a read could not begin. LMDB only knows that a commit has failed badly, which its
  // thread may be about to learn: its words are waited for, and nothing else is.
  [[noreturn]] void refuse_read(int code) const {
    if (code == MDB_PANIC) {
      const std::scoped_lock lock(commit_mutex_);
      if (failed_commit_) throw Failure(*failed_commit_);
    }
    throw Failure(error_of("begin a read", code));
  }

  MDB_env* environment() const { return environment_.get(); }

  MDB_dbi tree() const { return tree_; }

private:
  // A commit without a sync of its meta page leaves that to the next one's first sync. Pages that
  // the last state on disk refers to are not used again before: LMDB keeps those of one state more.
  int commit(LmdbWrite& transaction) {
    const bool with_next = transaction.durability() == Durability::with_next;
    if (with_next) mdb_env_set_flags(environment_.get(), MDB_NOMETASYNC, 1);
    const int code = transaction.commit();
    if (with_next) mdb_env_set_flags(environment_.get(), MDB_NOMETASYNC, 0);
    // Without a change LMDB writes nothing, and syncs nothing.
    if (transaction.changed_bytes() != 0) unsynced_ = with_next;
    return code;
  }

  void make_room(std::size_t pages) {
    MDB_envinfo info{};
    require("ask the database", mdb_env_info(environment_.get(), &info));
    room_->make(std::uint64_t{info.me_last_pgno} + 1, pages);
  }

  Environment environment_;
  MDB_dbi tree_;
  std::string description_;
  std::optional<RoomAhead> room_; // of the thread that writes
  bool unsynced_ = false;         // the last commit may not be on disk; of the same thread
  mutable std::mutex commit_mutex_;
  std::optional<Error> failed_commit_; // the first; nothing begins after it
  mutable std::mutex mutex_;
  mutable std::vector<MDB_txn*> idle_; // reset, ready to be renewed
  mutable std::vector<LmdbRead*> readers_;
};

class LmdbRead final : public ReadTransaction {
public:
  explicit LmdbRead(const LmdbDatabase& database) : database_(&database) {
    transaction_ = database.take_idle();
    if (transaction_ == nullptr) {
      const int code = mdb_txn_begin(database.environment(), nullptr, MDB_RDONLY, &transaction_);
      if (code != MDB_SUCCESS) database.refuse_read(code);
    } else if (const int code = mdb_txn_renew(transaction_); code != MDB_SUCCESS) {
      mdb_txn_abort(transaction_); // no destructor follows
      database.refuse_read(code);
    }
    stamp();
    database.add(this);
  }

  ~LmdbRead() override {
    database_->remove(this);
    mdb_txn_reset(transaction_);
    database_->give_back(transaction_);
  }

  std::optional<std::string_view> get(std::string_view key) const override {
    MDB_val k = in(key);
    MDB_val v{};
    const int code = mdb_get(transaction_, database_->tree(), &k, &v);
    if (code == MDB_NOTFOUND) return std::nullopt;
    require("read", code);
    return out(v);
  }

  std::unique_ptr<Cursor> cursor() const override {
    return std::make_unique<LmdbCursor>(transaction_, database_->tree());
  }

  void reset() override {
    mdb_txn_reset(transaction_);
    since_.store(0, std::memory_order_relaxed);
  }

  void renew() override {
    if (since_.load(std::memory_order_relaxed) != 0) mdb_txn_reset(transaction_);
    if (const int code = mdb_txn_renew(transaction_); code != MDB_SUCCESS) {
      database_->refuse_read(code);
    }
    stamp();
  }

  // Steady nanoseconds; 0 when reset.
  std::int64_t since() const { return since_.load(std::memory_order_relaxed); }

private:
  void stamp() {
    since_.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                 std::memory_order_relaxed);
  }

  const LmdbDatabase* database_;
  MDB_txn* transaction_ = nullptr;
  std::atomic<std::int64_t> since_ = 0;
};

std::unique_ptr<ReadTransaction> LmdbDatabase::read() const {
  return std::make_unique<LmdbRead>(*this);
}

std::chrono::nanoseconds LmdbDatabase::oldest_reader() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  std::int64_t oldest = now;
  const std::scoped_lock lock(mutex_);
  for (const auto* reader : readers_) {
    if (const auto since = reader->since(); since != 0) oldest = std::min(oldest, since);
  }
  return std::chrono::nanoseconds(now - oldest);
}

struct Opened {
  Environment environment;
  int code = MDB_SUCCESS;
};

Opened open_environment(const LmdbOptions& options, std::uint64_t map_size) {
  MDB_env* raw = nullptr;
  if (const int code = mdb_env_create(&raw); code != MDB_SUCCESS) return {nullptr, code};
  Environment environment(raw);
  int code = mdb_env_set_mapsize(raw, map_size);
  if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(raw, max_readers);
  const unsigned flags =
      MDB_NOTLS | MDB_NORDAHEAD | (options.read_only ? static_cast<unsigned>(MDB_RDONLY) : 0U);
  if (code == MDB_SUCCESS) code = mdb_env_open(raw, options.folder.c_str(), flags, 0600);
  return {std::move(environment), code};
}

Result<MDB_dbi> open_tree(MDB_env* environment, bool read_only) {
  MDB_txn* transaction = nullptr;
  int code = mdb_txn_begin(environment, nullptr, read_only ? MDB_RDONLY : 0, &transaction);
  if (code != MDB_SUCCESS) return std::unexpected(error_of("open the database", code));
  MDB_dbi tree = 0;
  code = mdb_dbi_open(transaction, nullptr, 0, &tree);
  if (code != MDB_SUCCESS) {
    mdb_txn_abort(transaction);
    return std::unexpected(error_of("open the database", code));
  }
  code = mdb_txn_commit(transaction);
  if (code != MDB_SUCCESS) return std::unexpected(error_of("open the database", code));
  return tree;
}

RoomAhead room_ahead(MDB_env* environment, std::uint64_t map_size) {
  mdb_filehandle_t file = -1;
  require("ask the database", mdb_env_get_fd(environment, &file));
  MDB_stat statistics{};
  require("ask the database", mdb_env_stat(environment, &statistics));
  return {file, statistics.ms_psize, map_size};
}

std::string describe(std::uint64_t map_size) {
  constexpr std::uint64_t gib = 1ULL << 30U;
  if (map_size >= gib) return fmt::format("LMDB with a map of {} GiB", map_size / gib);
  return fmt::format("LMDB with a map of {} bytes", map_size);
}

} // namespace

Result<std::unique_ptr<Database>> open_lmdb(const LmdbOptions& options) {
  if (sizeof(void*) < 8) {
    return failure(ErrorKind::unsupported, "the database needs a 64-bit system");
  }
  // The whole map is address space only; where `ulimit -v` or a small board has none, less will do.
  constexpr std::uint64_t gib = 1ULL << 30U;
  std::vector<std::uint64_t> sizes{1024 * gib, 256 * gib, 64 * gib, 16 * gib};
  if (options.map_size != 0) sizes = {options.map_size};
  int code = ENOMEM;
  for (const auto size : sizes) {
    auto opened = open_environment(options, size);
    code = opened.code;
    if (code == ENOMEM) continue;
    if (code != MDB_SUCCESS) break;
    MOX_TRY_ASSIGN(tree, open_tree(opened.environment.get(), options.read_only));
    auto room = options.room_ahead ? std::optional(room_ahead(opened.environment.get(), size))
                                   : std::nullopt;
    return std::make_unique<LmdbDatabase>(std::move(opened.environment), tree, describe(size),
                                          room);
  }
  return std::unexpected(
      error_of(fmt::format("open the database in {}", options.folder.string()), code));
}

} // namespace mox::database
