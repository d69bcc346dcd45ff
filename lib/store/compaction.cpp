// Space comes back: the live records of a segment that is more than half dead move to the active
// one, and its file goes.
#include "bloblog/compaction.h"

#include "store/background.h"
#include "store/blobs.h"
#include "store/format.h"
#include "store/store_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mox::store {

namespace {

using bloblog::Kind;
using bloblog::Location;

Key blob_key(std::uint64_t blob) {
  return Key(no_account, Table::blob).u64(blob);
}

// Which message a placing record in the segment at hand is of.
struct PlacedMessage {
  AccountId account{};
  MessageId message{};
};

using Placed = std::map<Location, PlacedMessage>;

std::optional<BlobRecord> blob(const database::ReadTransaction& transaction, std::uint64_t id) {
  const auto row = transaction.get(blob_key(id));
  if (!row) return std::nullopt;
  return decode_blob(*row);
}

std::optional<ContentRecord> content(const database::ReadTransaction& transaction,
                                     const PlacedMessage& placed) {
  const auto row = transaction.get(Key(placed.account, Table::content).message(placed.message));
  if (!row) return std::nullopt;
  return decode_content(*row);
}

bool blob_is_at(const database::ReadTransaction& transaction, std::uint64_t id,
                const Location& place) {
  const auto record = blob(transaction, id);
  return record && record->location == place;
}

bool note_is_at(const database::ReadTransaction& transaction, std::uint64_t id,
                const Location& place) {
  const auto record = blob(transaction, id);
  return record && record->location.is_large() && record->note == place;
}

bool placing_is_at(const database::ReadTransaction& transaction, const PlacedMessage& placed,
                   const Location& place) {
  const auto record = content(transaction, placed);
  return record && record->placing == place;
}

// Which records of a segment are needed, asked on the maintenance thread.
class Liveness {
public:
  Liveness(Store::State& store, std::uint32_t segment)
      : store_(store), segment_(segment), transaction_(store.database->read()) {}

  bool operator()(const bloblog::Record& record) {
    const auto id = record.header.id;
    switch (record.header.kind) {
    case Kind::blob: return blob_is_at(*transaction_, id, record.location);
    case Kind::large: return note_is_at(*transaction_, id, record.location);
    case Kind::placing: return is_live_placing(record);
    case Kind::removal: return is_needed_removal(record);
    case Kind::redo: // the database has been committed since
    case Kind::refusal: return false;
    }
    return false;
  }

  // The placing records that were found to be live since the last call.
  Placed take_placed() { return std::exchange(placed_, {}); }

  // A snapshot must not be old.
  void rest() { transaction_->reset(); }

  void wake() { transaction_->renew(); }

private:
  bool is_live_placing(const bloblog::Record& record) {
    const auto placing = decode_placing(record.payload);
    if (!placing) return false;
    const PlacedMessage placed{placing->account, placing->message};
    if (!placing_is_at(*transaction_, placed, record.location)) return false;
    placed_.emplace(record.location, placed);
    return true;
  }

  // A removal is needed as long as the placing that it takes back may be found.
  bool is_needed_removal(const bloblog::Record& record) const {
    const auto removal = decode_removal(record.payload);
    if (!removal || removal->placed_in == segment_) return false;
    const auto segments = store_.segments->list();
    return std::ranges::binary_search(segments, removal->placed_in);
  }

  Store::State& store_;
  std::uint32_t segment_;
  std::unique_ptr<database::ReadTransaction> transaction_;
  Placed placed_;
};

// Moves one slice of records within a closure.
Result<> move_records(Txn::State& state, const bloblog::Slice& slice, const Placed& placed) {
  const auto still_live = [&](const bloblog::Slice::Entry& entry) {
    switch (entry.kind) {
    case Kind::blob: return blob_is_at(state.db, entry.id, entry.from);
    case Kind::large: return note_is_at(state.db, entry.id, entry.from);
    case Kind::placing: return placing_is_at(state.db, placed.at(entry.from), entry.from);
    case Kind::removal: return true;
    case Kind::redo:
    case Kind::refusal: return false;
    }
    return false;
  };
  MOX_TRY_ASSIGN(moved, slice.append_to(state.workshop.log, still_live));
  for (const auto& one : moved) {
    if (one.kind == Kind::removal) continue;
    state.note_dead(one.from);
    state.note_live(one.to);
    if (one.kind == Kind::placing) {
      const auto& message = placed.at(one.from);
      auto record = *content(state.db, message);
      record.placing = one.to;
      const auto bytes = encode(record);
      state.db.put(Key(message.account, Table::content).message(message.message),
                   {bytes.data(), bytes.size()});
      continue;
    }
    auto record = *blob(state.db, one.id);
    (one.kind == Kind::blob ? record.location : record.note) = one.to;
    state.db.put(blob_key(one.id), encode(record));
  }
  return ok();
}

Result<> compact_segment(Store::State& store, std::uint32_t segment, const Stopping& stopping) {
  Liveness liveness(store, segment);
  bloblog::Compaction compaction(*store.segments, segment,
                                 [&](const bloblog::Record& record) { return liveness(record); });
  for (;;) {
    if (stopping()) return ok();
    liveness.wake();
    auto slice = compaction.next();
    liveness.rest();
    if (!slice) return std::unexpected(slice.error());
    if (slice->empty()) break;
    const auto placed = liveness.take_placed();
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      return move_records(transaction.state(), *slice, placed);
    }));
  }
  return store.segments->remove(segment);
}

std::uint64_t live_bytes(const database::ReadTransaction& transaction, std::uint32_t segment) {
  const auto row = transaction.get(Key(no_account, Table::segment).u32(segment));
  return row ? decode_u64(*row) : 0;
}

// The segments that no group writes to any more, as far as the database knows: one that has just
// ended still has records in it of the group that ended it, which are nobody's until the commit.
// What such a group changed is on disk whole (append_redo refuses it), so that no redo record of an
// earlier segment is needed either.
std::vector<std::uint32_t> settled_segments(const Store::State& store) {
  const auto transaction = store.database->read();
  const auto row = transaction->get(Key(no_account, Table::counters));
  const auto active = row ? decode_counters(*row).tail.segment : 0;
  auto segments = store.segments->list();
  std::erase_if(segments, [&](std::uint32_t segment) { return segment >= active; });
  return segments;
}

} // namespace

Result<> compact(Store::State& store, const Stopping& stopping) {
  for (const auto segment : settled_segments(store)) {
    if (stopping()) return ok();
    std::error_code error;
    const auto size = std::filesystem::file_size(store.segments->path_of(segment), error);
    if (error || live_bytes(*store.database->read(), segment) >= size / 2) continue;
    if (auto done = compact_segment(store, segment, stopping); !done) {
      // A damaged segment is kept as it is.
      store.say(fmt::format("segment {} of the blob log was not compacted: {}", segment,
                            done.error().text),
                true);
    }
  }
  return ok();
}

} // namespace mox::store
