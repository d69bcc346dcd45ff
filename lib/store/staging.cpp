#include "store/staging.h"

#include "store/deliver.h"
#include "store/expunge.h"
#include "store/keywords.h"
#include "store/more_keywords.h"

#include <algorithm>

namespace mox::store {

namespace {

// Further than an account can get while a COPY is under way.
constexpr Modseq modseq_ahead = 1U << 20U;
// Deliveries meanwhile, at most one for every two copied: they share the writer's time, and a
// copied row costs a tenth of a delivery.
constexpr std::uint64_t uids_for_deliveries = 4096;

Key staging_key(AccountId account, MailboxId mailbox) {
  return Key(no_account, Table::staging).u32(static_cast<std::uint32_t>(account)).mailbox(mailbox);
}

Result<StagingRecord> staging(const Txn::State& state, AccountId account, MailboxId mailbox) {
  const auto row = state.db.get(staging_key(account, mailbox));
  if (!row) return failure(ErrorKind::not_found, "the copy was given up");
  return decode_staging(*row);
}

void add(std::vector<std::uint16_t>& numbers, const KeywordSet& set) {
  Mailbox holder;
  holder.keywords.swap(numbers);
  add_keywords(holder, set);
  holder.keywords.swap(numbers);
}

KeywordSet set_of(const std::vector<std::uint16_t>& numbers) {
  KeywordSet set;
  for (const auto number : numbers) set.insert(number);
  return set;
}

} // namespace

Result<> begin_staging(Txn::State& state, AccountId account, MailboxId to_id, std::uint64_t count) {
  MOX_TRY_ASSIGN(to, state.mailbox(account, to_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  if (to.staged_from != 0) {
    return failure(ErrorKind::temporary, "a large copy into the mailbox is under way");
  }
  const auto gap = uids_for_deliveries + count / 2;
  MOX_TRY(check_uids(to, gap + count));
  StagingRecord record;
  record.first = record.next = to.mailbox.uidnext + static_cast<Uid>(gap);
  record.modseq = owner.modseq + modseq_ahead;
  to.staged_from = record.first;
  state.put(account, to);
  state.db.put(staging_key(account, to_id), encode(record));
  return ok();
}

Result<Moved> stage_slice(Txn::State& state, AccountId account, MailboxId from_id, MailboxId to_id,
                          std::span<const UidRange> uids, Slice& slice) {
  MOX_TRY_ASSIGN(from, state.mailbox(account, from_id));
  MOX_TRY_ASSIGN(to, state.mailbox(account, to_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  MOX_TRY_ASSIGN(record, staging(state, account, to_id));
  auto all = gather(state, account, from, uids, no_row_limit, slice);
  MOX_TRY(check_room(state, owner, record.counts.size + size_of(all)));
  Moved moved{.uidvalidity = to.mailbox.uidvalidity, .from = {}, .to = {}};
  Runs runs;
  for (auto& one : all) {
    one.to = record.next++;
    one.record.modseq = record.modseq;
    one.record.saved = state.now;
    count_in(record.counts, one.record);
    runs.add(one.from);
    runs.stop();
  }
  place(state, account, to_id, all, true);
  add(record.keywords, keywords_of(all));
  state.db.put(staging_key(account, to_id), encode(record));
  moved.from = runs.take_exact();
  return moved;
}

Result<Moved> publish_staging(Txn::State& state, AccountId account, MailboxId to_id) {
  MOX_TRY_ASSIGN(to, state.mailbox(account, to_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  MOX_TRY_ASSIGN(record, staging(state, account, to_id));
  MOX_TRY(check_room(state, owner, record.counts.size));
  if (owner.modseq >= record.modseq) {
    return failure(ErrorKind::temporary, "the account changed too much during a copy");
  }
  state.db.erase(staging_key(account, to_id));
  to.staged_from = 0;
  Moved moved{.uidvalidity = to.mailbox.uidvalidity, .from = {}, .to = {}};
  if (record.next != record.first) {
    owner.modseq = record.modseq - 1;
    moved.modseq = state.stamp(account, owner);
    owner.used += record.counts.size;
    state.put(account, owner);
    auto& mailbox = to.mailbox;
    mailbox.uidnext = record.next;
    mailbox.modseq = moved.modseq;
    mailbox.counts.messages += record.counts.messages;
    mailbox.counts.unseen += record.counts.unseen;
    mailbox.counts.deleted += record.counts.deleted;
    mailbox.counts.unread += record.counts.unread;
    mailbox.counts.size += record.counts.size;
    const UidRange uids{record.first, record.next - 1};
    moved.to.push_back(uids);
    state.log(account, moved.modseq, ChangeKind::added, to_id, uids);
    if (add_keywords(mailbox, set_of(record.keywords))) {
      state.log(account, moved.modseq, ChangeKind::mailbox_changed, to_id, {});
    }
  }
  state.put(account, to);
  return moved;
}

Result<bool> discard_staging(Txn::State& state, AccountId account, MailboxId to_id, Slice& slice) {
  const auto found = staging(state, account, to_id);
  if (!found) return true;
  const Key prefix(Key(account, Table::placement).mailbox(to_id));
  std::vector<std::pair<Uid, PlacementRecord>> removed;
  {
    auto cursor = state.db.write_cursor();
    for (bool there = cursor->seek(Key(account, Table::placement).mailbox(to_id).u32(found->first));
         there && cursor->key().starts_with(prefix) && !slice.spent(); there = cursor->next()) {
      removed.emplace_back(key_u32(cursor->key(), key_body + 4), decode_placement(cursor->value()));
      cursor->erase();
    }
  }
  for (const auto& [uid, record] : removed) {
    if (record.more_keywords) write_more_keywords(state.db, account, to_id, uid, {});
    MOX_TRY(drop_message(state, account, record.message));
  }
  if (!removed.empty()) return false;
  state.db.erase(staging_key(account, to_id));
  if (auto to = state.mailbox(account, to_id)) {
    to->staged_from = 0;
    state.put(account, *to);
  }
  return true;
}

std::vector<StagingPlace> stagings(const database::ReadTransaction& transaction) {
  std::vector<StagingPlace> all;
  const Key prefix(no_account, Table::staging);
  auto cursor = transaction.cursor();
  for (bool there = cursor->seek(prefix); there && cursor->key().starts_with(prefix);
       there = cursor->next()) {
    all.push_back({AccountId{key_u32(cursor->key(), key_body)},
                   MailboxId{key_u32(cursor->key(), key_body + 4)}});
  }
  return all;
}

async::Task<StagingLocks::Hold> StagingLocks::take(AccountId account) {
  auto start = [&](async::Resume resume) {
    {
      const std::scoped_lock lock(mutex_);
      const auto [place, fresh] = held_.try_emplace(account);
      if (!fresh) {
        place->second.push_back(std::move(resume));
        return;
      }
    }
    resume();
  };
  co_await async::hand_off(start);
  co_return Hold(*this, account);
}

void StagingLocks::release(AccountId account) {
  async::Resume next;
  {
    const std::scoped_lock lock(mutex_);
    const auto place = held_.find(account);
    if (place->second.empty()) {
      held_.erase(place);
      return;
    }
    next = std::move(place->second.front());
    place->second.pop_front();
  }
  next();
}

} // namespace mox::store
