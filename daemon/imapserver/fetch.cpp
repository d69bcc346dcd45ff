// FETCH and UID FETCH, with CHANGEDSINCE (RFC 7162 section 3.1.4).

#include "async/sleep.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/fetch_message.h"
#include "imapserver/mailbox_name.h"
#include "imapserver/message_set.h"
#include "store/operations.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::imapserver {

namespace {

// The limit, and what one message may add to it.
constexpr std::size_t output_capacity = Conversation::output_limit + 32 * 1024;

// Where a FETCH stands between two fillings of the output.
struct Progress {
  std::vector<Run> runs;
  std::size_t index = 0;
  store::Uid next = 0;
  bool missing = false; // a message of the view is gone
  UidRanges to_be_seen; // \Seen is to be set
  std::vector<LargePiece> large;
  std::optional<Error> error; // of a message that could not be read

  bool ended() const { return index == runs.size(); }
};

bool is_long(const std::vector<Run>& runs) {
  constexpr std::uint32_t few = 64;
  std::uint64_t count = 0;
  for (const auto& run : runs) count += run.size();
  return count > few;
}

void note_unseen(UidRanges& ranges, store::Uid uid) {
  if (!ranges.empty() && ranges.back().last + 1 == uid)
    ranges.back().last = uid;
  else
    ranges.push_back({uid, uid});
}

// A message that cannot be read is left out: the others are answered all the same.
bool write_one(Conversation& conversation, FetchWriter& writer, std::uint32_t number,
               const store::Placement& placement, std::uint32_t size, Progress& progress) {
  auto& output = conversation.output();
  const auto begin = output.size();
  const auto written = writer.write(number, placement, size, output, progress.large);
  if (written && *written) return true;
  if (!progress.large.empty()) output = std::move(progress.large.front().before);
  progress.large.clear();
  output.resize(begin);
  if (written)
    progress.missing = true;
  else
    progress.error = written.error();
  return false;
}

// Writes responses until the output is full, a large piece waits, or all is done. Holds a snapshot,
// and so does not wait.
void fill(Conversation& conversation, const FetchPlan& plan, store::Modseq changed_since,
          Progress& progress) {
  const auto snapshot = conversation.store().read();
  if (plan.flags) conversation.tell_new_keywords(snapshot);
  FetchWriter writer(conversation.store(), snapshot, conversation.account(), plan);
  auto cursor = snapshot.placements(conversation.account(), conversation.selected().mailbox);
  for (; !progress.ended(); ++progress.index) {
    const auto& run = progress.runs[progress.index];
    progress.next = std::max(progress.next, run.uids.first);
    for (auto at = cursor.seek(progress.next); at && at->uid <= run.uids.last; at = cursor.next()) {
      progress.missing |= at->uid != progress.next;
      progress.next = at->uid + 1;
      if (at->modseq <= changed_since) continue;
      const auto written = write_one(conversation, writer, run.number_of(at->uid), *at,
                                     cursor.message_size(), progress);
      const bool seen = (at->flags.system & store::flag_seen) != 0;
      if (written && plan.sets_seen && !seen) note_unseen(progress.to_be_seen, at->uid);
      if (!progress.large.empty() || conversation.output_full()) return;
    }
    progress.missing |= progress.next <= run.uids.last;
  }
}

async::Task<Outcome> send_large(Conversation& conversation, std::vector<LargePiece>& large) {
  auto rest = std::exchange(conversation.output(), {});
  for (auto& piece : large) {
    conversation.output() = std::move(piece.before);
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
    const auto until = conversation.deadline(Conversation::file_timeout(piece.range.size));
    const auto written = co_await conversation.session().connection.write_file(
        piece.range.descriptor, piece.range.offset, piece.range.size, until);
    if (!written) co_return gone(written.error().text);
  }
  large.clear();
  conversation.output() = std::move(rest);
  co_return done();
}

// After all has been sent: one change for all messages that were read.
async::Task<Outcome> set_seen(Conversation& conversation, UidRanges uids) {
  if (uids.empty() || conversation.selected().read_only) co_return done();
  store::NamedFlags seen;
  seen.system = store::flag_seen;
  const auto changed = co_await store::change_flags(
      conversation.store(), conversation.account(), conversation.selected().mailbox,
      std::move(uids), store::FlagsChange::add, std::move(seen));
  if (!changed) co_return store_failure(changed.error());
  const auto account = conversation.store().read().account(conversation.account());
  const auto runs = select_ranges(*conversation.view().uids, changed->uids);
  auto told = co_await conversation.tell_flags(runs, 0);
  conversation.told_flags(changed->uids, account ? account->modseq : 0);
  co_return told;
}

// BINARY (RFC 3516) is not announced.
bool asks_for_binary(const imap::Fetch& fetch) {
  return std::ranges::any_of(fetch.items, [](const imap::FetchItem& item) {
    return item.kind == imap::FetchItem::Kind::binary ||
           item.kind == imap::FetchItem::Kind::binary_size;
  });
}

} // namespace

async::Task<Outcome> run_fetch(Conversation& conversation, const imap::Command& command) {
  const auto& fetch = std::get<imap::Fetch>(command.body);
  if (asks_for_binary(fetch)) co_return bad("BINARY is not offered");
  if (fetch.vanished) co_return bad("VANISHED is for QRESYNC, which is not offered");
  auto runs = select_messages(conversation, fetch.set, fetch.by_uid);
  if (!runs) co_return std::unexpected(std::move(runs).error());
  auto plan = plan_fetch(fetch.items, fetch.by_uid);
  // RFC 7162 section 3.1.4.1: a reply to CHANGEDSINCE has the MODSEQ.
  if (fetch.changed_since) plan.modseq = true;
  if (plan.modseq) conversation.enable_condstore();
  const auto changed_since = fetch.changed_since.value_or(0);

  Progress progress;
  progress.runs = std::move(*runs);
  if (is_long(progress.runs)) conversation.output().reserve(output_capacity);
  while (!progress.ended()) {
    fill(conversation, plan, changed_since, progress);
    if (!progress.large.empty()) {
      auto sent = co_await send_large(conversation, progress.large);
      if (!sent) co_return sent;
    }
    if (progress.ended()) break;
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
    // A fast reader must not keep the others of this thread waiting.
    co_await async::yield();
  }
  auto seen = co_await set_seen(conversation, std::move(progress.to_be_seen));
  if (!seen) co_return seen;
  if (progress.error) co_return read_failure(*progress.error);
  // RFC 5530, and RFC 2180 section 4.1.2: what is there has been answered. A UID that is gone is no
  // error (RFC 9051 section 6.4.9), and its EXPUNGE is told before this command ends.
  if (progress.missing && !fetch.by_uid) co_return no("EXPUNGEISSUED", "some messages are gone");
  co_return done();
}

} // namespace mox::imapserver
