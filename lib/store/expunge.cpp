#include "store/expunge.h"

#include "store/blobs.h"
#include "store/indexes.h"
#include "store/records.h"

namespace mox::store {

namespace {

struct Removed {
  Uid uid = 0;
  PlacementRecord record;
};

// Takes the rows out of the mailbox and returns them.
std::vector<Removed> take_rows(Txn::State& state, AccountId account, const MailboxRecord& mailbox,
                               std::span<const UidRange> uids, bool only_deleted, Slice& slice,
                               Runs& runs) {
  const Key prefix(Key(account, Table::placement).mailbox(mailbox.mailbox.id));
  const auto end = mailbox.staged_from == 0 ? ~Uid{0} : mailbox.staged_from;
  std::vector<Removed> removed;
  auto cursor = state.db.write_cursor();
  for (const auto& range : normalised(uids)) {
    const Key first(Key(account, Table::placement).mailbox(mailbox.mailbox.id).u32(range.first));
    for (bool there = cursor->seek(first); there; there = cursor->next()) {
      const auto key = cursor->key();
      if (!key.starts_with(prefix)) break;
      const auto uid = key_u32(key, key_body + 4);
      if (uid > range.last || uid >= end) break;
      if (slice.spent()) {
        slice.stop_at(uid);
        return removed;
      }
      const auto record = decode_placement(cursor->value());
      if (only_deleted && (record.flags & flag_deleted) == 0) {
        runs.stop();
        continue;
      }
      cursor->erase();
      removed.push_back({uid, record});
      runs.add(uid);
    }
  }
  return removed;
}

} // namespace

void schedule_erasure(Txn::State& state, AccountId account, MailboxId mailbox, Uid first,
                      const ErasureRecord& record) {
  state.db.put(Key(no_account, Table::erasure)
                   .u32(static_cast<std::uint32_t>(state.now))
                   .u32(static_cast<std::uint32_t>(account))
                   .mailbox(mailbox)
                   .u32(first),
               encode(record));
  state.has_erasures = true;
}

Result<Changed> expunge_slice(Txn::State& state, AccountId account, MailboxId mailbox_id,
                              std::span<const UidRange> uids, bool only_deleted, Slice& slice) {
  MOX_TRY_ASSIGN(mailbox, state.mailbox(account, mailbox_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  Changed changed;
  Runs runs;
  auto removed = take_rows(state, account, mailbox, uids, only_deleted, slice, runs);
  if (removed.empty()) return changed;

  changed.modseq = state.stamp(account, owner);
  auto cursor = state.db.write_cursor();
  for (auto& [uid, record] : removed) {
    count_out(mailbox.mailbox.counts, record);
    owner.used -= record.size;
    record.modseq = changed.modseq;
    const auto row = encode(ExpungedRecord{record, state.now});
    cursor->put(Key(account, Table::expunged).mailbox(mailbox_id).u32(uid),
                {row.data(), row.size()});
  }
  for (const auto& run : runs.covering()) {
    state.log(account, changed.modseq, ChangeKind::expunged, mailbox_id, run);
    schedule_erasure(state, account, mailbox_id, run.first, {.last = run.last});
  }
  mailbox.mailbox.modseq = changed.modseq;
  state.put(account, owner);
  state.put(account, mailbox);
  changed.uids = runs.take_exact();
  return changed;
}

Result<> drop_message(Txn::State& state, AccountId account, MessageId message) {
  const Key key(Key(account, Table::content).message(message));
  const auto row = state.db.get(key);
  if (!row) corrupt_record("a placement without content");
  auto record = decode_content(*row);
  auto& content = record.content;
  if (content.references > 1) {
    --content.references;
    const auto bytes = encode(record);
    state.db.put(key, {bytes.data(), bytes.size()});
    return ok();
  }
  // Also of one that waits: it may have some.
  for (const auto& index : indexes) {
    const auto number = index.number(record);
    if (number != 0) state.db.erase(Key(account, index.table).u64(number).message(message));
  }
  state.db.erase(Key(account, Table::rendering).message(message));
  state.db.erase(key);
  drop_blob(state, content.blob);
  state.note_dead(record.placing);
  return append_removal(
      state, {.account = account, .message = message, .placed_in = record.placing.segment});
}

} // namespace mox::store
