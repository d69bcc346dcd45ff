#include "store/blobs.h"

#include "store/records.h"

namespace mox::store {

namespace {

constexpr std::uint8_t version = 1;

Key blob_key(BlobId blob) {
  return Key(no_account, Table::blob).u64(static_cast<std::uint64_t>(blob));
}

Key large_key(const bloblog::Location& location) {
  return Key(no_account, Table::large).u64(location.file_number());
}

} // namespace

Result<BlobId> BodyBlobs::refer(Txn::State& state, const std::shared_ptr<Body>& body) {
  BlobId blob = body->blob_;
  for (const auto& [made, id] : state.bodies) {
    if (made == body) blob = id;
  }
  if (blob != BlobId{}) {
    if (const auto row = state.db.get(blob_key(blob))) {
      auto record = decode_blob(*row);
      ++record.references;
      state.db.put(blob_key(blob), encode(record));
      return blob;
    }
    if (body->large_) return failure(ErrorKind::temporary, "the message's body is gone");
  }
  return make(state, body);
}

Result<BlobId> BodyBlobs::make(Txn::State& state, const std::shared_ptr<Body>& body) {
  const auto number = state.workshop.counters.next_blob++;
  BlobRecord record{.references = 1};
  auto& log = state.workshop.log;
  if (body->large_) {
    record.location = *body->large_;
    MOX_TRY_ASSIGN(note, log.append_large(number, *body->large_));
    record.note = note;
    state.note_live(note);
    state.db.put(large_key(record.location), encode_u64(number));
  } else {
    MOX_TRY_ASSIGN(location, log.append(bloblog::Kind::blob, number, body->bytes_));
    record.location = location;
    state.note_live(location);
  }
  state.db.put(blob_key(BlobId{number}), encode(record));
  state.bodies.emplace_back(body, BlobId{number});
  return BlobId{number};
}

void drop_blob(Txn::State& state, BlobId blob) {
  const auto row = state.db.get(blob_key(blob));
  if (!row) corrupt_record("a content without blob");
  auto record = decode_blob(*row);
  if (record.references > 1) {
    --record.references;
    state.db.put(blob_key(blob), encode(record));
    return;
  }
  if (record.location.is_large()) {
    state.note_dead(record.note);
    state.db.erase(large_key(record.location));
    state.dead_files.push_back(record.location);
  } else {
    state.note_dead(record.location);
  }
  state.db.erase(blob_key(blob));
}

Result<bloblog::Location> append_placing(Txn::State& state, const Placing& placing) {
  RecordWriter writer(version);
  writer.number(static_cast<std::uint32_t>(placing.account))
      .number(static_cast<std::uint32_t>(placing.mailbox))
      .number(placing.uid)
      .number(static_cast<std::uint64_t>(placing.message))
      .number(static_cast<std::uint64_t>(placing.blob))
      .number(placing.received)
      .number(placing.received_zone)
      .text(placing.account_name)
      .text(placing.mailbox_name);
  const auto head = writer.take();
  const std::string_view pieces[] = {head, placing.prefix};
  MOX_TRY_ASSIGN(location,
                 state.workshop.log.append(bloblog::Kind::placing,
                                           static_cast<std::uint64_t>(placing.message), pieces));
  state.note_live(location);
  return location;
}

Result<Placing> decode_placing(std::string_view payload) try {
  RecordReader reader(payload, version, "placing");
  Placing placing;
  placing.account = AccountId{reader.number<std::uint32_t>()};
  placing.mailbox = MailboxId{reader.number<std::uint32_t>()};
  placing.uid = reader.number<std::uint32_t>();
  placing.message = MessageId{reader.number<std::uint64_t>()};
  placing.blob = BlobId{reader.number<std::uint64_t>()};
  placing.received = reader.number<std::int64_t>();
  placing.received_zone = reader.number<std::int16_t>();
  placing.account_name = reader.text();
  placing.mailbox_name = reader.text();
  placing.prefix = reader.rest();
  return placing;
} catch (const database::Failure& damage) {

  return std::unexpected(damage.error());
}

Result<> append_removal(Txn::State& state, const Removal& removal) {
  const auto payload = RecordWriter(version)
                           .number(static_cast<std::uint32_t>(removal.account))
                           .number(static_cast<std::uint64_t>(removal.message))
                           .number(removal.placed_in)
                           .take();
  MOX_TRY(state.workshop.log.append(bloblog::Kind::removal,
                                    static_cast<std::uint64_t>(removal.message), payload));
  return ok();
}

Result<Removal> decode_removal(std::string_view payload) try {
  RecordReader reader(payload, version, "removal");
  Removal removal;
  removal.account = AccountId{reader.number<std::uint32_t>()};
  removal.message = MessageId{reader.number<std::uint64_t>()};
  removal.placed_in = reader.number<std::uint32_t>();
  return removal;
} catch (const database::Failure& damage) {

  return std::unexpected(damage.error());
}

} // namespace mox::store
