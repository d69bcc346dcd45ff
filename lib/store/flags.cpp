// STORE: changes of flags.
#include "store/flags.h"

#include "store/keywords.h"
#include "store/more_keywords.h"

namespace mox::store {

namespace {

struct Wanted {
  FlagsChange how{};
  std::uint16_t system = 0;
  KeywordSet keywords;
};

void apply(const Wanted& wanted, std::uint16_t& system, std::uint64_t& bits) {
  switch (wanted.how) {
  case FlagsChange::set:
    system = wanted.system;
    bits = wanted.keywords.bits;
    break;
  case FlagsChange::add:
    system |= wanted.system;
    bits |= wanted.keywords.bits;
    break;
  case FlagsChange::remove:
    system &= static_cast<std::uint16_t>(~wanted.system);
    bits &= ~wanted.keywords.bits;
    break;
  }
}

std::vector<std::uint16_t> apply(const Wanted& wanted, std::vector<std::uint16_t> more) {
  KeywordSet set{0, std::move(more)};
  if (wanted.how == FlagsChange::set) return wanted.keywords.more;
  for (const auto number : wanted.keywords.more) {
    if (wanted.how == FlagsChange::add) {
      set.insert(number);
    } else {
      set.erase(number);
    }
  }
  return set.more;
}

// A change of keywords above 63 is made here at once; true when there was one.
bool change_more(Txn::State& state, AccountId account, MailboxId mailbox, Uid uid,
                 const Wanted& wanted, PlacementRecord& record) {
  if (wanted.keywords.more.empty() && (!record.more_keywords || wanted.how != FlagsChange::set)) {
    return false;
  }
  const auto before = record.more_keywords ? read_more_keywords(state.db, account, mailbox, uid)
                                           : std::vector<std::uint16_t>{};
  const auto after = apply(wanted, before);
  if (after == before) return false;
  write_more_keywords(state.db, account, mailbox, uid, after);
  record.more_keywords = !after.empty();
  return true;
}

} // namespace

Result<Changed> change_flags_slice(Txn::State& state, AccountId account, MailboxId mailbox_id,
                                   std::span<const UidRange> uids, FlagsChange how,
                                   const NamedFlags& flags, Modseq unchanged_since, Slice& slice) {
  MOX_TRY_ASSIGN(mailbox, state.mailbox(account, mailbox_id));
  Wanted wanted{.how = how, .system = flags.system, .keywords = {}};
  MOX_TRY_ASSIGN(numbers,
                 number_keywords(state, account, flags.keywords, how != FlagsChange::remove));
  wanted.keywords = std::move(numbers);
  MOX_TRY_ASSIGN(owner, state.account(account));

  const Key prefix(Key(account, Table::placement).mailbox(mailbox_id));
  const auto end = mailbox.staged_from == 0 ? ~Uid{0} : mailbox.staged_from;
  Changed changed;
  Runs runs;
  auto cursor = state.db.write_cursor();
  for (const auto& range : normalised(uids)) {
    const Key first(Key(account, Table::placement).mailbox(mailbox_id).u32(range.first));
    for (bool there = cursor->seek(first); there; there = cursor->next()) {
      const auto key = cursor->key();
      if (!key.starts_with(prefix)) break;
      const auto uid = key_u32(key, key_body + 4);
      if (uid > range.last || uid >= end) break;
      if (slice.spent()) {
        slice.stop_at(uid);
        break;
      }
      const auto before = decode_placement(cursor->value());
      auto after = before;
      apply(wanted, after.flags, after.keywords);
      if (before.modseq > unchanged_since) {
        changed.failed.push_back(uid);
        runs.stop();
        continue;
      }
      const bool more = change_more(state, account, mailbox_id, uid, wanted, after);
      if (!more && after.flags == before.flags && after.keywords == before.keywords) {
        runs.stop();
        continue;
      }
      after.modseq = changed.modseq = state.stamp(account, owner);
      count_out(mailbox.mailbox.counts, before);
      count_in(mailbox.mailbox.counts, after);
      if (more) cursor->seek(Key(account, Table::placement).mailbox(mailbox_id).u32(uid));
      const auto bytes = encode(after);
      cursor->replace({bytes.data(), bytes.size()});
      runs.add(uid);
    }
    if (slice.resume() != 0) break;
  }
  if (runs.empty()) return changed;

  state.put(account, owner);
  for (const auto& run : runs.covering()) {
    state.log(account, changed.modseq, ChangeKind::flags, mailbox_id, run);
  }
  mailbox.mailbox.modseq = changed.modseq;
  if (how != FlagsChange::remove && add_keywords(mailbox.mailbox, wanted.keywords)) {
    state.log(account, changed.modseq, ChangeKind::mailbox_changed, mailbox_id, {});
  }
  state.put(account, mailbox);
  changed.uids = runs.take_exact();
  return changed;
}

} // namespace mox::store
