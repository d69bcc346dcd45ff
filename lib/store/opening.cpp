#include "store/opening.h"

#include "file/file.h"
#include "file/file_system.h"
#include "store/store_state.h"

#include <fmt/format.h>

namespace mox::store {

namespace {

Result<std::unique_ptr<database::Database>> open_database(Store::State& state) {
  const auto& folder = state.options.folder;
  if (state.options.engine == Engine::lmdb) {
    return database::open_lmdb({.folder = folder, .map_size = state.options.map_size});
  }
  // Its blobs would outlive it: they are removed, so they must not be those of a real store.
  MOX_TRY_ASSIGN(other, file::exists(folder / "data.mdb"));
  if (other) {
    return failure(ErrorKind::refused, fmt::format("{} holds a store on disk", folder.string()));
  }
  std::error_code error;
  std::filesystem::remove_all(folder / "blobs", error);
  if (error) return std::unexpected(system_error("remove old blobs", error.value()));
  return database::open_memory();
}

Result<> initialise(Store::State& state) {
  FormatRecord format;
  format.hash_key = {state.random.number(), state.random.number()};
  return state.database->write([&](database::WriteTransaction& transaction) -> Result<> {
    auto cursor = transaction.cursor();
    if (cursor->seek(std::string_view("\0", 1))) {
      return failure(ErrorKind::corrupt, "the database is not one of a mox store");
    }
    cursor.reset();
    transaction.put(name_key(no_account, Table::meta, "format"), encode(format));
    transaction.put(name_key(no_account, Table::meta, "counters"), encode(CounterRecord{}));
    return ok();
  });
}

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
  CounterRecord counters;
  {
    const auto transaction = state.database->read();
    const auto row = transaction->get(name_key(no_account, Table::meta, "counters"));
    if (!row) return failure(ErrorKind::corrupt, "the store has no counters");
    counters = decode_counters(*row);
  }
  MOX_TRY_ASSIGN(log, bloblog::Writer::open(*state.segments, counters.tail));
  state.log = std::move(log);
  if (counters.tail != state.log->tail()) {
    counters.tail = state.log->tail();
    MOX_TRY(state.database->write([&](database::WriteTransaction& transaction) -> Result<> {
      transaction.put(name_key(no_account, Table::meta, "counters"), encode(counters));
      return ok();
    }));
  }
  state.workshop = std::make_unique<Workshop>(Workshop{
      .log = *state.log, .hash_key = format.hash_key, .counters = counters, .low_space = [&state] {
        return state.free_space.low();
      }});
  return remove_left_bodies(state);
}

Result<> open_all(Store::State& state) {
  MOX_TRY_ASSIGN(database, open_database(state));
  state.database = std::move(database);
  state.say(fmt::format("the store in {} is open: {}", state.options.folder.string(),
                        state.database->description()));
  const bool fresh = [&] {
    const auto transaction = state.database->read();
    return !transaction->get(name_key(no_account, Table::meta, "format"));
  }();
  if (fresh) MOX_TRY(initialise(state));
  FormatRecord format;
  {
    const auto transaction = state.database->read();
    MOX_TRY_ASSIGN(found, read_format(*transaction));
    format = found;
  }
  return open_log(state, format);
}

} // namespace

Result<> open_files(Store::State& state) {
  const auto& folder = state.options.folder;
  MOX_TRY(file::make_folder(folder));
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
