#include "store/transfer.h"

#include "store/deliver.h"
#include "store/keywords.h"
#include "store/more_keywords.h"

#include <algorithm>

namespace mox::store {

std::vector<Traveller> gather(Txn::State& state, AccountId account, const MailboxRecord& from,
                              std::span<const UidRange> uids, std::size_t limit, Slice& slice) {
  const Key prefix(Key(account, Table::placement).mailbox(from.mailbox.id));
  const auto end = from.staged_from == 0 ? ~Uid{0} : from.staged_from;
  std::vector<Traveller> all;
  auto cursor = state.db.cursor();
  for (const auto& range : normalised(uids)) {
    const Key first(Key(account, Table::placement).mailbox(from.mailbox.id).u32(range.first));
    for (bool there = cursor->seek(first); there; there = cursor->next()) {
      const auto key = cursor->key();
      if (!key.starts_with(prefix)) break;
      const auto uid = key_u32(key, key_body + 4);
      if (uid > range.last || uid >= end) break;
      if (all.size() == limit || slice.spent()) {
        slice.stop_at(uid);
        return all;
      }
      all.push_back(
          {.from = uid, .to = 0, .record = decode_placement(cursor->value()), .more_keywords = {}});
      if (!all.back().record.more_keywords) continue;
      all.back().more_keywords = read_more_keywords(state.db, account, from.mailbox.id, uid);
    }
  }
  return all;
}

void place(Txn::State& state, AccountId account, MailboxId to, std::span<const Traveller> all,
           bool refer) {
  {
    auto cursor = state.db.write_cursor();
    for (const auto& one : all) {
      const auto row = encode(one.record);
      cursor->put(Key(account, Table::placement).mailbox(to).u32(one.to), {row.data(), row.size()});
    }
  }
  for (const auto& one : all) {
    if (one.record.more_keywords) {
      write_more_keywords(state.db, account, to, one.to, one.more_keywords);
    }
  }
  if (!refer) return;
  std::vector<MessageId> messages;
  messages.reserve(all.size());
  for (const auto& one : all) messages.push_back(one.record.message);
  std::ranges::sort(messages);
  ContentRows contents(state, account);
  for (const auto message : messages) contents.refer(message, 1);
}

KeywordSet keywords_of(std::span<const Traveller> all) {
  KeywordSet set;
  for (const auto& one : all) {
    set.bits |= one.record.keywords;
    for (const auto number : one.more_keywords) set.insert(number);
  }
  return set;
}

std::uint64_t size_of(std::span<const Traveller> all) {
  std::uint64_t sum = 0;
  for (const auto& one : all) sum += one.record.size;
  return sum;
}

namespace {

// Gives them the mailbox's next UIDs, and counts them in.
void arrive(std::span<Traveller> all, Mailbox& mailbox, Modseq modseq, std::int64_t now) {
  for (auto& one : all) {
    one.to = mailbox.uidnext++;
    one.record.modseq = modseq;
    one.record.saved = now;
    count_in(mailbox.counts, one.record);
  }
}

// The runs in which they came and went; `to` follows `from` one by one.
Moved moved(std::span<const Traveller> all, const Mailbox& to, Modseq modseq) {
  Moved result{.uidvalidity = to.uidvalidity, .from = {}, .to = {}, .modseq = modseq};
  for (const auto& one : all) {
    if (!result.from.empty() && result.from.back().last + 1 == one.from) {
      result.from.back().last = one.from;
    } else {
      result.from.push_back({one.from, one.from});
    }
  }
  if (!all.empty()) result.to.push_back({all.front().to, all.back().to});
  return result;
}

void log_arrival(Txn::State& state, AccountId account, std::span<const Traveller> all,
                 MailboxRecord& to, Modseq modseq) {
  state.log(account, modseq, ChangeKind::added, to.mailbox.id, {all.front().to, all.back().to});
  if (add_keywords(to.mailbox, keywords_of(all))) {
    state.log(account, modseq, ChangeKind::mailbox_changed, to.mailbox.id, {});
  }
  to.mailbox.modseq = modseq;
}

// Removes their rows where they came from.
void leave(Txn::State& state, AccountId account, std::span<const Traveller> all,
           MailboxRecord& from, Modseq modseq) {
  auto cursor = state.db.write_cursor();
  bool there = false;
  Runs runs;
  for (const auto& one : all) {
    const Key key(Key(account, Table::placement).mailbox(from.mailbox.id).u32(one.from));
    const std::string_view want = key;
    // After an erase the next one is often the neighbour.
    if (there) there = cursor->next();
    if (there && cursor->key() < want) runs.stop();
    if (!there || cursor->key() != want) there = cursor->seek(want);
    cursor->erase();
    count_out(from.mailbox.counts, one.record);
    runs.add(one.from);
  }
  for (const auto& one : all) {
    if (one.record.more_keywords) {
      write_more_keywords(state.db, account, from.mailbox.id, one.from, {});
    }
  }
  for (const auto& run : runs.covering()) {
    state.log(account, modseq, ChangeKind::expunged, from.mailbox.id, run);
  }
  from.mailbox.modseq = modseq;
}

} // namespace

Result<std::optional<Moved>> copy_at_once(Txn::State& state, AccountId account, MailboxId from_id,
                                          MailboxId to_id, std::span<const UidRange> uids,
                                          std::size_t limit) {
  MOX_TRY_ASSIGN(from, state.mailbox(account, from_id));
  MOX_TRY_ASSIGN(to, state.mailbox(account, to_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  auto whole = Slice::unlimited();
  auto all = gather(state, account, from, uids, limit, whole);
  if (whole.resume() != 0) return std::nullopt;
  if (all.empty()) return Moved{.uidvalidity = to.mailbox.uidvalidity, .from = {}, .to = {}};
  const auto size = size_of(all);
  MOX_TRY(check_room(state, owner, size));
  MOX_TRY(check_uids(to, all.size()));

  const auto modseq = state.stamp(account, owner);
  arrive(all, to.mailbox, modseq, state.now);
  place(state, account, to_id, all, true);
  log_arrival(state, account, all, to, modseq);
  owner.used += size;
  state.put(account, owner);
  state.put(account, to);
  return moved(all, to.mailbox, modseq);
}

Result<Moved> move_slice(Txn::State& state, AccountId account, MailboxId from_id, MailboxId to_id,
                         std::span<const UidRange> uids, std::size_t limit, Slice& slice) {
  MOX_TRY_ASSIGN(from, state.mailbox(account, from_id));
  MOX_TRY_ASSIGN(destination, state.mailbox(account, to_id));
  MOX_TRY_ASSIGN(owner, state.account(account));
  const bool same = from_id == to_id;
  auto& to = same ? from : destination;
  auto all = gather(state, account, from, uids, limit, slice);
  if (all.empty()) return Moved{.uidvalidity = to.mailbox.uidvalidity, .from = {}, .to = {}};
  MOX_TRY(check_uids(to, all.size()));

  const auto modseq = state.stamp(account, owner);
  leave(state, account, all, from, modseq);
  arrive(all, to.mailbox, modseq, state.now);
  place(state, account, to_id, all, false);
  log_arrival(state, account, all, to, modseq);
  state.put(account, owner);
  state.put(account, from);
  if (!same) state.put(account, to);
  return moved(all, to.mailbox, modseq);
}

} // namespace mox::store
