// STORE and UID STORE, with UNCHANGEDSINCE (RFC 7162 section 3.1.3).

#include "imapserver/changes.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/flags.h"
#include "imapserver/mailbox_name.h"
#include "imapserver/message_set.h"
#include "store/operations.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace mox::imapserver {

namespace {

store::FlagsChange change_of(imap::Store::Mode mode) {
  switch (mode) {
  case imap::Store::Mode::add: return store::FlagsChange::add;
  case imap::Store::Mode::remove: return store::FlagsChange::remove;
  case imap::Store::Mode::replace: break;
  }
  return store::FlagsChange::set;
}

// Whether other sessions changed flags of `uids` that this client has not been told of.
bool has_untold_flags(Conversation& conversation, const UidRanges& uids) {
  const auto snapshot = conversation.store().read();
  const auto changes = changes_since(conversation.store(), snapshot, conversation.account(),
                                     conversation.selected());
  return intersects(changes.flagged, uids);
}

std::uint64_t count_present(Conversation& conversation, const std::vector<Run>& runs) {
  const auto snapshot = conversation.store().read();
  auto cursor = snapshot.placements(conversation.account(), conversation.selected().mailbox);
  std::uint64_t present = 0;
  for (const auto& run : runs)
    for (auto at = cursor.seek(run.uids.first); at && at->uid <= run.uids.last; at = cursor.next())
      ++present;
  return present;
}

// The MODSEQ of what changed, which also a silent STORE tells under CONDSTORE (RFC 7162 section
// 3.1.3). Until the output is full; `index` and `next` are where to go on.
void fill_modseqs(Conversation& conversation, const std::vector<Run>& runs, std::size_t& index,
                  store::Uid& next) {
  const auto snapshot = conversation.store().read();
  auto cursor = snapshot.placements(conversation.account(), conversation.selected().mailbox);
  for (; index < runs.size(); ++index) {
    const auto& run = runs[index];
    next = std::max(next, run.uids.first);
    for (auto placement = cursor.seek(next); placement && placement->uid <= run.uids.last;
         placement = cursor.next()) {
      next = placement->uid + 1;
      fmt::format_to(std::back_inserter(conversation.output()),
                     "* {} FETCH (UID {} MODSEQ ({}))\r\n", run.number_of(placement->uid),
                     placement->uid, placement->modseq);
      if (conversation.output_full()) return;
    }
  }
}

async::Task<Outcome> tell_modseqs(Conversation& conversation, std::vector<Run> runs) {
  std::size_t index = 0;
  store::Uid next = 1;
  while (index < runs.size()) {
    fill_modseqs(conversation, runs, index, next);
    if (index == runs.size()) break;
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
  }
  co_return done();
}

UidRanges failed_ranges(const std::vector<store::Uid>& failed) {
  UidRanges ranges;
  for (const auto uid : failed) ranges.push_back({uid, uid});
  return normalised(std::move(ranges));
}

// "MODIFIED 7,9": of the same kind as in the command.
std::string modified_code(Conversation& conversation, const UidRanges& failed, bool by_uid) {
  std::vector<imap::SequenceRange> set;
  if (by_uid) {
    for (const auto& range : failed) set.push_back({range.first, range.last});
  } else {
    for (const auto& run : select_ranges(*conversation.view().uids, failed))
      set.push_back({run.number, run.number + run.size() - 1});
  }
  std::string code = "MODIFIED ";
  imap::append_sequence_set(code, set);
  return code;
}

} // namespace

async::Task<Outcome> run_store(Conversation& conversation, const imap::Command& command) {
  const auto& store = std::get<imap::Store>(command.body);
  auto& selected = conversation.selected();
  auto flags = parse_flags(store.flags);
  if (!flags) co_return std::unexpected(std::move(flags).error());
  auto runs = select_messages(conversation, store.set, store.by_uid);
  if (!runs) co_return std::unexpected(std::move(runs).error());
  if (selected.read_only) co_return no("", "the mailbox was opened with EXAMINE");
  if (store.unchanged_since) conversation.enable_condstore();
  if (runs->empty()) co_return done();

  const auto uids = ranges_of(*runs);
  const bool untold = store.silent && has_untold_flags(conversation, uids);
  const auto unchanged_since = store.unchanged_since.value_or(~store::Modseq{0});
  const auto changed =
      co_await store::change_flags(conversation.store(), conversation.account(), selected.mailbox,
                                   uids, change_of(store.mode), std::move(*flags), unchanged_since);
  if (!changed) co_return store_failure(changed.error());

  const auto failed = failed_ranges(changed->failed);
  Outcome told = done();
  if (!store.silent) {
    // What is told now is at least as new as this.
    const auto account = conversation.store().read().account(conversation.account());
    told = co_await conversation.tell_flags(*runs, 0);
    conversation.told_flags(uids, account ? account->modseq : 0);
  } else {
    if (conversation.condstore())
      told = co_await tell_modseqs(conversation, select_ranges(*selected.view.uids, changed->uids));
    // The client has not seen those that it did not change.
    if (told)
      told = co_await conversation.tell_flags(select_ranges(*selected.view.uids, failed), 0);
    if (!untold) conversation.told_flags(changed->uids, changed->modseq);
  }
  if (!told) co_return told;
  if (!failed.empty())
    co_return done(modified_code(conversation, failed, store.by_uid), "some were newer");
  const bool all_there =
      store.by_uid || store.silent || count_present(conversation, *runs) == count_of(uids);
  if (!all_there) co_return no("EXPUNGEISSUED", "some messages are gone");
  co_return done();
}

} // namespace mox::imapserver
