#include "store/store.h"

#include "async/handoff.h"
#include "store/background.h"
#include "store/blobs.h"
#include "store/opening.h"
#include "store/store_state.h"
#include "store/threads.h"

#include <algorithm>

namespace mox::store {

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() {
  if (!state_) return;
  // The background still writes, so it ends first. Its object stays until the writer has completed
  // what was accepted, for the writer tells it what each group left to do.
  state_->maintenance->stop();
  state_->writer.reset();
  state_->maintenance.reset();
}

Result<std::unique_ptr<Store>> Store::open(Options options, const Clock& clock, Random& random,
                                           Observer observer) {
  auto state = std::make_unique<State>(std::move(options), clock, random, std::move(observer));
  MOX_TRY(open_files(*state));
  auto& hooks = state->observer;
  auto* raw = state.get();
  state->writer = std::make_unique<Writer>(
      *state->database, *state->workshop, clock,
      Writer::Limits{state->options.max_waiting_changes, state->options.max_waiting_bytes},
      Writer::Hooks{.changed = {},
                    .committed = hooks.committed,
                    .failed = hooks.failed,
                    .leftovers = [raw](Leftovers left) {
                      if (raw->maintenance) raw->maintenance->take(std::move(left));
                    }});
  MOX_TRY(discard_left_stagings(*state));
  state->maintenance = std::make_unique<Maintenance>(*state);
  state->maintenance->start();
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Snapshot Store::read() const {
  return Snapshot(state_->database->read());
}

void Store::look_ahead(AccountId account, const message::Summary& summary) const {
  store::look_ahead(read(), account, summary);
}

async::Task<Result<>> Store::submit(std::move_only_function<Result<>(Txn&)> run, std::size_t bytes,
                                    Kind kind) {
  auto outcome = std::make_shared<Outcome>();
  auto start = [&](async::Resume resume) {
    state_->writer->submit({.run = std::move(run),
                            .done = [outcome](Outcome result) { *outcome = std::move(result); },
                            .bytes = bytes,
                            .resume = std::move(resume),
                            .slice = kind == Kind::slice},
                           true);
  };
  co_await async::hand_off(start);
  if (outcome->bug) std::rethrow_exception(outcome->bug);
  co_return std::move(outcome->result);
}

Result<> Store::submit_blocking(std::move_only_function<Result<>(Txn&)> run) {
  auto outcome = state_->writer->run(std::move(run), true);
  if (outcome.bug) std::rethrow_exception(outcome.bug);
  return outcome.result;
}

Result<> Store::write_slice_blocking(std::move_only_function<Result<>(Txn&)> change) {
  return run_change(*state_, std::move(change));
}

void Store::on_change(std::function<void(std::span<const AccountId>)> notify) {
  state_->writer->on_change(std::move(notify));
}

std::size_t Store::waiting_changes() const {
  return state_->writer->waiting();
}

bool Store::low_space() const {
  return state_->free_space.low();
}

Result<> Store::maintain() {
  return state_->maintenance->run_all();
}

namespace {

Result<bloblog::Location> locate(const database::ReadTransaction& transaction, BlobId blob) {
  const auto row =
      transaction.get(Key(no_account, Table::blob).u64(static_cast<std::uint64_t>(blob)));
  if (!row) return failure(ErrorKind::not_found, "the message is gone");
  return decode_blob(*row).location;
}

} // namespace

Result<> Store::read_message(const Snapshot& snapshot, const Content& content,
                             const Rendering& rendering, std::uint64_t offset,
                             std::span<char> into) const {
  if (offset > content.size || into.size() > content.size - offset) {
    return failure(ErrorKind::invalid, "read beyond the end of a message");
  }
  const auto prefix = rendering.prefix;
  if (offset < prefix.size()) {
    const auto part = prefix.substr(offset, into.size());
    part.copy(into.data(), part.size());
    into = into.subspan(part.size());
    offset += part.size();
  }
  if (into.empty()) return ok();
  const auto place = static_cast<std::uint32_t>(offset - prefix.size());
  const bloblog::Reader reader(*state_->segments);
  MOX_TRY_ASSIGN(location, locate(snapshot.transaction(), content.blob));
  auto result = reader.read(location, place, into);
  if (result || result.error().kind != ErrorKind::not_found) return result;
  // Compaction has moved it since the snapshot.
  const auto newest = state_->database->read();
  MOX_TRY_ASSIGN(moved, locate(*newest, content.blob));
  return reader.read(moved, place, into);
}

Result<Store::FileRange> Store::blob_file(const Snapshot& snapshot, BlobId blob) const {
  const bloblog::Reader reader(*state_->segments);
  MOX_TRY_ASSIGN(location, locate(snapshot.transaction(), blob));
  auto range = reader.range(location);
  if (!range && range.error().kind == ErrorKind::not_found) {
    const auto newest = state_->database->read();
    MOX_TRY_ASSIGN(moved, locate(*newest, blob));
    range = reader.range(moved);
  }
  if (!range) return std::unexpected(range.error());
  const int descriptor = range->file->number();
  return FileRange{.holder = std::move(range->file),
                   .descriptor = descriptor,
                   .offset = range->offset,
                   .size = range->length};
}

} // namespace mox::store
