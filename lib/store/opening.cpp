#include "store/opening.h"

#include "file/file.h"
#include "file/file_system.h"
#include "store/redo.h"
#include "store/store_state.h"

#include <fmt/format.h>

namespace mox::store {

namespace {

Result<> initialise(database::Database& database, Random& random) {
  FormatRecord format;
  format.hash_key = {random.number(), random.number()};
  return database.write([&](database::WriteTransaction& transaction) -> Result<> {
    transaction.put(name_key(no_account, Table::meta, "format"), encode(format));
    transaction.put(Key(no_account, Table::counters), encode(CounterRecord{}));
    return ok();
  });
}

Result<> remove_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return std::unexpected(system_error("remove " + folder.string(), error.value()));
  return ok();
}

// Made elsewhere and moved into its place whole: LMDB writes a new file's first pages unsynced, and
// refuses what a power cut leaves of them.
Result<> make_database(const Store::State& state) {
  const auto& folder = state.options.folder;
  const auto workplace = folder / "new";
  MOX_TRY(remove_folder(workplace));
  MOX_TRY(file::make_folder(workplace));
  {
    MOX_TRY_ASSIGN(database,
                   database::open_lmdb({.folder = workplace, .map_size = state.options.map_size}));
    MOX_TRY(initialise(*database, state.random));
  }
  MOX_TRY(file::rename(workplace / "data.mdb", folder / "data.mdb"));
  return remove_folder(workplace);
}

Result<std::unique_ptr<database::Database>> open_on_disk(const Store::State& state) {
  const auto& folder = state.options.folder;
  MOX_TRY_ASSIGN(there, file::exists(folder / "data.mdb"));
  if (!there) MOX_TRY(make_database(state));
  // Also after a start that was killed before it came here.
  MOX_TRY(file::sync_folder(folder));
  return database::open_lmdb(
      {.folder = folder, .map_size = state.options.map_size, .room_ahead = true});
}

Result<std::unique_ptr<database::Database>> open_database(Store::State& state) {
  const auto& folder = state.options.folder;
  if (state.options.engine == Engine::lmdb) return open_on_disk(state);
  // Its blobs would outlive it: they are removed, so they must not be those of a real store.
  MOX_TRY_ASSIGN(other, file::exists(folder / "data.mdb"));
  if (other) {
    return failure(ErrorKind::refused, fmt::format("{} holds a store on disk", folder.string()));
  }
  MOX_TRY(remove_folder(folder / "blobs"));
  auto database = database::open_memory();
  MOX_TRY(initialise(*database, state.random));
  return database;
}

// Large bodies that no row refers to: written for a change that never came to be.
Result<> remove_left_bodies(Store::State& state) {
  const auto transaction = state.database->read();
  MOX_TRY_ASSIGN(removed, state.segments->remove_unreferenced_large([&](std::uint64_t number) {
    return transaction->get(Key(no_account, Table::large).u64(number)).has_value();
  }));
  if (removed != 0) state.say(fmt::format("removed {} bodies left by a crash", removed));
  return ok();
}

Result<> open_log(Store::State& state, const FormatRecord& format) {
  bloblog::Options options{.folder = state.options.folder / "blobs",
                           .durable = state.options.engine == Engine::lmdb};
  if (state.options.segment_size != 0) options.segment_size = state.options.segment_size;
  MOX_TRY_ASSIGN(segments, bloblog::Segments::open(std::move(options)));
  state.segments = std::move(segments);
  MOX_TRY_ASSIGN(repeated, repeat_groups(*state.database, *state.segments));
  if (repeated != 0) state.say(fmt::format("repeated {} commits lost by a crash", repeated));
  CounterRecord counters;
  {
    const auto transaction = state.database->read();
    const auto row = transaction->get(Key(no_account, Table::counters));
    if (!row) return failure(ErrorKind::corrupt, "the store has no counters");
    counters = decode_counters(*row);
  }
  MOX_TRY_ASSIGN(log, bloblog::Writer::open(*state.segments, counters.tail));
  state.log = std::move(log);
  if (counters.tail != state.log->tail()) {
    counters.tail = state.log->tail();
    MOX_TRY(state.database->write([&](database::WriteTransaction& transaction) -> Result<> {
      transaction.put(Key(no_account, Table::counters), encode(counters));
      return ok();
    }));
  }
  state.workshop = std::make_unique<Workshop>(
      Workshop{.log = *state.log,
               .hash_key = format.hash_key,
               .counters = counters,
               .waiting = {},
               .low_space = [&state] { return state.free_space.low(); },
               .login_attempts = {.account = state.options.max_login_attempts,
                                  .all = state.options.max_all_login_attempts}});
  return remove_left_bodies(state);
}

Result<> make_own_folder(const std::filesystem::path& folder) {
  MOX_TRY_ASSIGN(there, file::exists(folder));
  if (there) return ok();
  MOX_TRY(file::make_folder(folder));
  return file::sync_folder(folder / "..");
}

Result<> open_all(Store::State& state) {
  MOX_TRY_ASSIGN(database, open_database(state));
  state.database = std::move(database);
  state.say(fmt::format("the store in {} is open: {}", state.options.folder.string(),
                        state.database->description()));
  FormatRecord format;
  {
    const auto transaction = state.database->read();
    MOX_TRY_ASSIGN(found, read_format(*transaction));
    format = found;
  }
  return open_log(state, format);
}

} // namespace

Result<FormatRecord> read_format(const database::ReadTransaction& transaction) {
  const auto row = transaction.get(name_key(no_account, Table::meta, "format"));
  const auto format = row ? decode_format(*row) : std::nullopt;
  if (!format) return failure(ErrorKind::corrupt, "the database is not one of a mox store");
  if (format->version != format_version) {
    return failure(ErrorKind::unsupported,
                   fmt::format("the store has format {}, this program knows up to {}: use a newer "
                               "version of mox",
                               format->version, format_version));
  }
  return *format;
}

Result<> open_files(Store::State& state) {
  const auto& folder = state.options.folder;
  MOX_TRY(make_own_folder(folder));
  MOX_TRY(file::check_file_system(folder));
  MOX_TRY_ASSIGN(owner, file::OwnerLock::take(folder / "owner"));
  state.owner.emplace(std::move(owner));
  try {
    return open_all(state);
  } catch (const database::Failure& failure) {
    return std::unexpected(failure.error());
  }
}

Result<> discard_left_stagings(Store::State& state) {
  const auto left = stagings(*state.database->read());
  for (const auto& [account, mailbox] : left) {
    for (bool done = false; !done;) {
      const auto outcome = state.writer->run(
          [&](Txn& transaction) -> Result<> {
            auto slice = Slice::short_time();
            MOX_TRY_ASSIGN(finished, discard_staging(transaction.state(), account, mailbox, slice));
            done = finished;
            return ok();
          },
          false);
      if (!outcome.result) return outcome.result;
    }
  }
  return ok();
}

} // namespace mox::store
