#include "store/txn_state.h"

#include "bloblog/record.h"
#include "store/records.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::store {

Result<AccountRecord> Txn::State::account(AccountId id) const {
  const auto row = db.get(Key(id, Table::account));
  if (!row || id == no_account) return failure(ErrorKind::not_found, "no such account");
  return decode_account(*row);
}

void Txn::State::put(AccountId id, const AccountRecord& record) {
  db.put(Key(id, Table::account), encode(record));
}

Result<MailboxRecord> Txn::State::mailbox(AccountId account, MailboxId id) const {
  const auto row = db.get(Key(account, Table::mailbox).mailbox(id));
  if (!row) return failure(ErrorKind::not_found, "no such mailbox");
  auto record = decode_mailbox(*row);
  record.mailbox.id = id;
  return record;
}

void Txn::State::put(AccountId account, const MailboxRecord& record) {
  db.put(Key(account, Table::mailbox).mailbox(record.mailbox.id), encode(record));
}

Modseq Txn::State::stamp(AccountId id, AccountRecord& record) {
  for (const auto& [account, modseq] : changed) {
    if (account == id) return modseq;
  }
  ++record.modseq;
  changed.emplace_back(id, record.modseq);
  return record.modseq;
}

void Txn::State::log(AccountId account, Modseq modseq, ChangeKind kind, MailboxId mailbox,
                     UidRange uids, std::string_view name) {
  if (kind == ChangeKind::added) {
    auto& open = open_row_;
    if (open.uids.first != 0 && open.account == account && open.mailbox == mailbox &&
        open.uids.last + 1 == uids.first) {
      open.uids.last = uids.last;
    } else {
      open = {account, mailbox, uids};
    }
    uids = open.uids;
  }
  const Key key(Key(account, Table::change)
                    .u64(modseq)
                    .u8(static_cast<std::uint8_t>(kind))
                    .mailbox(mailbox)
                    .u32(uids.first));
  // Subscriptions have no mailbox: their names tell rows of one closure apart.
  if (mailbox == MailboxId{} && !name.empty()) {
    const auto own = std::string(std::string_view(key)) + std::string(name);
    db.put(own, encode(ChangeRecord{uids.last, now, name}));
    return;
  }
  // A closure that comes to the same object again must not take back what its row already tells.
  if (kind == ChangeKind::flags || kind == ChangeKind::mailbox_renamed) {
    if (const auto row = db.get(key)) {
      if (kind == ChangeKind::mailbox_renamed) return;
      uids.last = std::max(uids.last, decode_change(*row).last);
    }
  }
  db.put(key, encode(ChangeRecord{uids.last, now, name}));
}

void Txn::State::note_live(const bloblog::Location& record) {
  live.push_back({record.segment, bloblog::size_in_segment(record)});
}

void Txn::State::note_dead(const bloblog::Location& record) {
  live.push_back({record.segment, -static_cast<std::int64_t>(bloblog::size_in_segment(record))});
}

void Runs::add(Uid uid) {
  if (open_) {
    covering_.back().last = uid;
  } else {
    covering_.push_back({uid, uid});
    open_ = true;
  }
  if (!exact_.empty() && exact_.back().last + 1 == uid) {
    exact_.back().last = uid;
  } else {
    exact_.push_back({uid, uid});
  }
}

std::vector<UidRange> normalised(std::span<const UidRange> ranges) {
  std::vector<UidRange> sorted(ranges.begin(), ranges.end());
  std::erase_if(sorted, [](const UidRange& range) { return range.last < range.first; });
  std::ranges::sort(sorted, {}, &UidRange::first);
  std::vector<UidRange> merged;
  for (const auto& range : sorted) {
    if (!merged.empty() && range.first <= std::uint64_t{merged.back().last} + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

Slice Slice::short_time() {
  using std::chrono::milliseconds;
  constexpr std::size_t max_rows = 2000; // about 200 pages where rows are dense
  return Slice(std::chrono::steady_clock::now() + milliseconds(3), max_rows);
}

bool Slice::spent() {
  if (++count_ > rows_) return true;
  return count_ % 64 == 0 && end_ != SteadyTime::max() && std::chrono::steady_clock::now() >= end_;
}

namespace {

void count(Counts& counts, const PlacementRecord& record, std::uint64_t by) {
  const bool seen = (record.flags & flag_seen) != 0;
  const bool deleted = (record.flags & flag_deleted) != 0;
  counts.messages += by;
  if (!seen) counts.unseen += by;
  if (deleted) counts.deleted += by;
  if (!seen && !deleted) counts.unread += by;
  counts.size += by * record.size;
}

} // namespace

void count_in(Counts& counts, const PlacementRecord& record) {
  count(counts, record, 1);
}

void count_out(Counts& counts, const PlacementRecord& record) {
  count(counts, record, ~std::uint64_t{0});
}

ContentRows::ContentRows(Txn::State& state, AccountId account)
    : account_(account), cursor_(state.db.write_cursor()) {}

void ContentRows::refer(MessageId message, std::int32_t change) {
  const Key key(Key(account_, Table::content).message(message));
  const std::string_view want = key;
  if (there_ && cursor_->key() < want) there_ = cursor_->next();
  if (!there_ || cursor_->key() != want) there_ = cursor_->seek(want);
  if (!there_ || cursor_->key() != want) corrupt_record("a placement without content");
  auto record = decode_content(cursor_->value());
  record.content.references =
      static_cast<std::uint32_t>(static_cast<std::int64_t>(record.content.references) + change);
  const auto bytes = encode(record);
  cursor_->replace({bytes.data(), bytes.size()});
}

} // namespace mox::store
