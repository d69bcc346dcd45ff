// Expunged messages whose time has come, and rows of the change log that nobody needs any more.
#include "store/background.h"
#include "store/expunge.h"
#include "store/format.h"
#include "store/more_keywords.h"
#include "store/store_state.h"

#include <map>

namespace mox::store {

namespace {

// A final deletion touches some ten pages all over the account.
constexpr std::size_t messages_a_slice = 200;
constexpr std::size_t log_rows_a_slice = 2000;

struct Due {
  std::int64_t time = 0;
  AccountId account{};
  MailboxId mailbox{};
  Uid first = 0;
  ErasureRecord record;
};

std::optional<Due> first_due(const Txn::State& state, std::int64_t cutoff) {
  const Key prefix(no_account, Table::erasure);
  auto cursor = state.db.cursor();
  if (!cursor->seek(prefix) || !cursor->key().starts_with(prefix)) return std::nullopt;
  const auto key = cursor->key();
  const Due due{.time = key_u32(key, key_body),
                .account = AccountId{key_u32(key, key_body + 4)},
                .mailbox = MailboxId{key_u32(key, key_body + 8)},
                .first = key_u32(key, key_body + 12),
                .record = decode_erasure(cursor->value())};
  if (due.time > cutoff) return std::nullopt;
  return due;
}

Key erasure_key(const Due& due) {
  return Key(no_account, Table::erasure)
      .u32(static_cast<std::uint32_t>(due.time))
      .u32(static_cast<std::uint32_t>(due.account))
      .mailbox(due.mailbox)
      .u32(due.first);
}

struct Doomed {
  Uid uid = 0;
  PlacementRecord record;
};

// Takes the rows of up to one slice; sets `resume` to where the next one goes on, 0 at the end.
std::vector<Doomed> take_doomed(Txn::State& state, const Due& due, std::int64_t cutoff,
                                Uid& resume) {
  const auto table = due.record.whole_mailbox ? Table::placement : Table::expunged;
  const Key prefix(Key(due.account, table).mailbox(due.mailbox));
  std::vector<Doomed> all;
  auto cursor = state.db.write_cursor();
  resume = 0;
  for (bool there = cursor->seek(Key(due.account, table).mailbox(due.mailbox).u32(due.first));
       there && cursor->key().starts_with(prefix); there = cursor->next()) {
    const auto uid = key_u32(cursor->key(), key_body + 4);
    if (uid > due.record.last) break;
    if (all.size() == messages_a_slice) {
      resume = uid;
      break;
    }
    if (due.record.whole_mailbox) {
      all.push_back({uid, decode_placement(cursor->value())});
    } else {
      const auto record = decode_expunged(cursor->value());
      if (record.removed > cutoff) continue;
      all.push_back({uid, record.placement});
    }
    cursor->erase();
  }
  return all;
}

// False when nothing is due.
Result<bool> delete_slice(Txn::State& state, std::int64_t cutoff) {
  auto due = first_due(state, cutoff);
  if (!due) return false;
  Uid resume = 0;
  const auto doomed = take_doomed(state, *due, cutoff, resume);
  state.db.erase(erasure_key(*due));
  if (resume != 0) {
    due->first = resume;
    state.db.put(erasure_key(*due), encode(due->record));
  }
  for (const auto& [uid, record] : doomed) {
    if (record.more_keywords) {
      write_more_keywords(state.db, due->account, due->mailbox, uid, {});
    }
    MOX_TRY(drop_message(state, due->account, record.message));
  }
  return true;
}

// Deletes up to one slice of rows from the oldest on, while they are old or more than `excess`.
// Returns how many.
std::size_t trim_slice(Txn::State& state, AccountId account, std::int64_t cutoff,
                       std::size_t excess) {
  const Key prefix(account, Table::change);
  std::map<MailboxId, Modseq> floors;
  Modseq log_floor = 0;
  std::size_t count = 0;
  {
    auto cursor = state.db.write_cursor();
    for (bool there = cursor->seek(prefix);
         there && cursor->key().starts_with(prefix) && count < log_rows_a_slice;
         there = cursor->next(), ++count) {
      const auto key = cursor->key();
      const auto record = decode_change(cursor->value());
      if (record.time > cutoff && count >= excess) break;
      log_floor = key_u64(key, key_body);
      if (static_cast<ChangeKind>(key.at(key_body + 8)) == ChangeKind::expunged) {
        floors[MailboxId{key_u32(key, key_body + 9)}] = log_floor;
      }
      cursor->erase();
    }
  }
  if (count == 0) return 0;
  for (const auto& [id, floor] : floors) {
    auto mailbox = state.mailbox(account, id);
    if (!mailbox) continue;
    mailbox->mailbox.floor = floor;
    state.put(account, *mailbox);
  }
  if (auto owner = state.account(account)) {
    owner->log_floor = log_floor;
    state.put(account, *owner);
  }
  return count;
}

// How many rows the log has beyond `limit`.
std::size_t excess_rows(const database::ReadTransaction& transaction, AccountId account,
                        std::size_t limit) {
  const Key prefix(account, Table::change);
  std::size_t count = 0;
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
       there = cursor->next()) {
    ++count;
  }
  return count > limit ? count - limit : 0;
}

} // namespace

Result<> delete_expunged(Store::State& store, std::int64_t cutoff, const Stopping& stopping) {
  for (bool more = true; more && !stopping();) {
    MOX_TRY(run_change(store, [&](Txn& transaction) -> Result<> {
      MOX_TRY_ASSIGN(again, delete_slice(transaction.state(), cutoff));
      more = again;
      return ok();
    }));
  }
  return ok();
}

Result<> trim_log(Store::State& store, AccountId account, std::int64_t cutoff,
                  const Stopping& stopping) {
  auto excess = excess_rows(*store.database->read(), account, store.options.max_log_rows);
  for (bool more = true; more && !stopping();) {
    std::size_t trimmed = 0;
    MOX_TRY(run_change(store, [&](Txn& transaction) {
      trimmed = trim_slice(transaction.state(), account, cutoff, excess);
      return ok();
    }));
    excess -= std::min(excess, trimmed);
    more = trimmed == log_rows_a_slice;
  }
  return ok();
}

} // namespace mox::store
