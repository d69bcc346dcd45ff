#include "imapserver/changes.h"

#include "imapserver/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace mox::imapserver {

namespace {

// What the log says about one mailbox.
struct LogNews {
  UidRanges added;
  UidRanges expunged;
  UidRanges flagged;
  bool touched = false;
  bool gone = false; // the mailbox was deleted
};

// Leaves out what the session has told already.
void add_flagged(LogNews& news, const store::ChangeRow& row, const Selected& selected) {
  UidRanges left = {row.uids};
  for (const auto& told : selected.told)
    if (row.modseq <= told.modseq) left = difference(left, told.uids);
  std::ranges::copy(left, std::back_inserter(news.flagged));
}

LogNews read_log(const store::Snapshot& snapshot, store::AccountId account,
                 const Selected& selected) {
  LogNews news;
  snapshot.changes(account, selected.view.modseq, [&](const store::ChangeRow& row) {
    if (row.mailbox != selected.mailbox) return true;
    switch (row.kind) {
    // A message that was in the view may stand among the added ones with its later flags.
    case store::ChangeKind::added:
    case store::ChangeKind::flags:
      news.added.push_back(row.uids);
      add_flagged(news, row, selected);
      break;
    case store::ChangeKind::expunged: news.expunged.push_back(row.uids); break;
    case store::ChangeKind::mailbox_deleted: news.gone = true; break;
    default: break;
    }
    news.touched = true;
    return true;
  });
  news.added = normalised(std::move(news.added));
  news.expunged = normalised(std::move(news.expunged));
  news.flagged = normalised(std::move(news.flagged));
  return news;
}

// What has left the old set. A row names the UIDs between those that were expunged as well, and of
// these some may still be there.
UidRanges gone_from(const store::UidSet& old, store::PlacementCursor cursor,
                    const UidRanges& expunged) {
  const auto named = ranges_of(select_ranges(old, expunged));
  UidRanges present;
  for (const auto& range : named)
    for (auto at = cursor.seek(range.first); at && at->uid <= range.last; at = cursor.next())
      present.push_back({at->uid, at->uid});
  return difference(named, present);
}

// The present set, from the old one: what was added behind its end is looked up, because a row of
// the log may name messages that came and went.
store::UidSet apply(const store::Snapshot& snapshot, store::AccountId account,
                    store::MailboxId mailbox, const store::UidSet& old, const UidRanges& added,
                    const UidRanges& gone) {
  store::UidSet uids = old;
  for (const auto& range : gone) uids.erase(range);
  const auto end = old.max();
  if (added.empty() || added.back().last <= end) return uids;
  auto cursor = snapshot.placements(account, mailbox);
  for (auto placement = cursor.seek(end + 1); placement; placement = cursor.next())
    uids.append(placement->uid, placement->uid);
  return uids;
}

// The part of `ranges` that is in both sets.
UidRanges kept(const UidRanges& ranges, const store::UidSet& old, const UidRanges& expunged) {
  return difference(ranges_of(select_ranges(old, ranges)), expunged);
}

// For a view that is older than the log: what the two sets say (RFC 7162 section 3.2.7 has the same
// problem). Which flags changed is seen by each message's modseq.
Changes compare_sets(const View& present, const View& old) {
  const auto before = old.uids->runs();
  const auto after = present.uids->runs();
  Changes changes{.view = present,
                  .expunged = difference(before, after),
                  .flagged = {},
                  .grew = false,
                  .touched = true};
  changes.flagged = difference(before, changes.expunged);
  changes.grew = !difference(after, before).empty();
  return changes;
}

} // namespace

Changes changes_since(const store::Store& store, const store::Snapshot& snapshot,
                      store::AccountId account, const Selected& selected) {
  const auto row = snapshot.account(account);
  const auto modseq = row ? row->modseq : 0;
  const auto& old = selected.view;
  if (modseq <= old.modseq) return {.view = old, .expunged = {}, .flagged = {}};
  if (snapshot.log_floor(account) > old.modseq)
    return compare_sets(load_view(store, snapshot, account, selected.mailbox), old);

  const auto news = read_log(snapshot, account, selected);
  Changes changes{.view = {old.uids, modseq}, .expunged = {}, .flagged = {}};
  // To this session all its messages are expunged (RFC 2180 section 3.3).
  if (news.gone) return compare_sets(load_view(store, snapshot, account, selected.mailbox), old);
  changes.touched = news.touched;
  if (!news.touched) {
    changes.view.uids = share_uids(store, account, selected.mailbox, modseq, old.uids);
    return changes;
  }
  changes.expunged =
      gone_from(*old.uids, snapshot.placements(account, selected.mailbox), news.expunged);
  changes.flagged = kept(news.flagged, *old.uids, changes.expunged);
  auto uids = shared_uids(store, account, selected.mailbox, modseq);
  if (!uids) {
    auto made = apply(snapshot, account, selected.mailbox, *old.uids, news.added, changes.expunged);
    auto fresh =
        made == *old.uids ? old.uids : std::make_shared<const store::UidSet>(std::move(made));
    uids = share_uids(store, account, selected.mailbox, modseq, std::move(fresh));
  }
  changes.grew = uids->max() > old.uids->max();
  changes.view.uids = std::move(uids);
  return changes;
}

void Conversation::told_flags(UidRanges uids, store::Modseq modseq) {
  // More is forgotten: then the client hears of flags twice, which does no harm.
  constexpr std::size_t most = 32;
  auto& told = selected_->told;
  if (told.size() >= most) told.clear();
  told.push_back({std::move(uids), modseq});
}

async::Task<Outcome> Conversation::tell_changes() {
  auto snapshot = std::make_unique<store::Snapshot>(session_.parts.store.read());
  const auto changes = changes_since(session_.parts.store, *snapshot, account_, *selected_);
  const auto old = std::exchange(selected_->view, changes.view);
  std::vector<ToldFlags>().swap(selected_->told);
  if (!changes.touched) co_return done();

  tell_new_keywords(*snapshot);
  snapshot.reset();
  auto told = co_await tell_expunged(*old.uids, changes.expunged);
  if (!told) co_return told;
  if (changes.grew) reply().number_line(selected_->view.uids->size(), "EXISTS");
  co_return co_await tell_flags(select_ranges(*selected_->view.uids, changes.flagged), old.modseq);
}

async::Task<Outcome> Conversation::tell_expunged(const store::UidSet& old,
                                                 const UidRanges& expunged) {
  // From the last one down, so that no number moves before it is told.
  for (const auto& range : std::views::reverse(expunged)) {
    const auto first = *old.number_of(range.first);
    for (auto number = first + (range.last - range.first); number >= first; --number) {
      reply().number_line(number, "EXPUNGE");
      if (!output_full()) continue;
      auto flushed = co_await flush();
      if (!flushed) co_return flushed;
    }
  }
  co_return done();
}

void Conversation::tell_new_keywords(const store::Snapshot& snapshot) {
  const auto mailbox = snapshot.mailbox(account_, selected_->mailbox);
  if (!mailbox || mailbox->keywords.size() == selected_->keywords_told) return;
  const FlagNames names(snapshot, account_);
  output_ += "* FLAGS ";
  names.append_all(output_, *mailbox, false);
  output_ += "\r\n";
  selected_->keywords_told = mailbox->keywords.size();
}

async::Task<Outcome> Conversation::tell_flags(const std::vector<Run>& runs, store::Modseq since) {
  if (runs.empty()) co_return done();
  tell_new_keywords(session_.parts.store.read());
  std::size_t index = 0;
  store::Uid next = runs.front().uids.first;
  while (index < runs.size()) {
    fill_flags(runs, since, index, next);
    if (index == runs.size()) break;
    auto flushed = co_await flush();
    if (!flushed) co_return flushed;
  }
  co_return done();
}

// Until the output is full or all is said; `index` and `next` are where to go on.
void Conversation::fill_flags(const std::vector<Run>& runs, store::Modseq since, std::size_t& index,
                              store::Uid& next) {
  const auto snapshot = session_.parts.store.read();
  tell_new_keywords(snapshot);
  const FlagNames names(snapshot, account_);
  auto cursor = snapshot.placements(account_, selected_->mailbox);
  for (; index < runs.size(); ++index) {
    const auto& run = runs[index];
    next = std::max(next, run.uids.first);
    for (auto placement = cursor.seek(next); placement && placement->uid <= run.uids.last;
         placement = cursor.next()) {
      next = placement->uid + 1;
      if (placement->modseq <= since) continue;
      const auto number = run.number_of(placement->uid);
      fmt::format_to(std::back_inserter(output_), "* {} FETCH (UID {} FLAGS ", number,
                     placement->uid);
      names.append(output_, placement->flags);
      if (condstore_)
        fmt::format_to(std::back_inserter(output_), " MODSEQ ({})", placement->modseq);
      output_ += ")\r\n";
      if (output_full()) return;
    }
  }
}

} // namespace mox::imapserver
