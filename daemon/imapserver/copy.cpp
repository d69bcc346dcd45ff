// COPY and MOVE (RFC 6851), with COPYUID (RFC 4315 section 3).

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/mailbox_name.h"
#include "imapserver/message_set.h"
#include "store/operations.h"

#include <fmt/format.h>

#include <utility>

namespace mox::imapserver {

namespace {

void append_ranges(std::string& to, const UidRanges& ranges) {
  std::vector<imap::SequenceRange> set;
  for (const auto& range : ranges) set.push_back({range.first, range.last});
  imap::append_sequence_set(to, set);
}

std::string copyuid(const store::Moved& moved) {
  auto code = fmt::format("COPYUID {} ", moved.uidvalidity);
  append_ranges(code, moved.from);
  code += ' ';
  append_ranges(code, moved.to);
  return code;
}

struct Transfer {
  UidRanges uids;
  store::MailboxId to{};
};

// What a command names, checked. No UIDs: there is nothing to do, which is fine for the UID forms
// (RFC 9051 section 6.4.9).
std::expected<Transfer, Failure> prepare(Conversation& conversation, const imap::SequenceSet& set,
                                         bool by_uid, std::string_view mailbox) {
  auto runs = select_messages(conversation, set, by_uid);
  if (!runs) return std::unexpected(std::move(runs).error());
  const auto to =
      find_mailbox(conversation.store().read(), conversation.account(), mailbox, "TRYCREATE");
  if (!to) return std::unexpected(to.error());
  if (to->id == conversation.selected().mailbox)
    return no("CANNOT", "source and destination are the same mailbox");
  if (runs->empty() && !by_uid) return no("", "no messages to copy or move");
  return Transfer{ranges_of(*runs), to->id};
}

// Either of the two mailboxes may have been deleted meanwhile.
Outcome transfer_failure(Conversation& conversation, const Error& error) {
  const auto source =
      conversation.store().read().mailbox(conversation.account(), conversation.selected().mailbox);
  return store_failure(error, source ? "TRYCREATE" : "NONEXISTENT");
}

} // namespace

async::Task<Outcome> run_copy(Conversation& conversation, const imap::Command& command) {
  const auto& copy = std::get<imap::Copy>(command.body);
  auto transfer = prepare(conversation, copy.set, copy.by_uid, copy.mailbox);
  if (!transfer) co_return std::unexpected(std::move(transfer).error());
  if (transfer->uids.empty()) co_return done();
  if (conversation.store().low_space()) co_return no("OVERQUOTA", "the disk is nearly full");
  const auto copied = co_await store::copy(conversation.store(), conversation.account(),
                                           conversation.selected().mailbox, transfer->to,
                                           std::move(transfer->uids));
  if (!copied) co_return transfer_failure(conversation, copied.error());
  if (!copied->to.empty()) co_return done(copyuid(*copied));
  if (copy.by_uid) co_return done();
  co_return no("EXPUNGEISSUED", "the messages are gone");
}

async::Task<Outcome> run_move(Conversation& conversation, const imap::Command& command) {
  const auto& move = std::get<imap::Move>(command.body);
  if (conversation.selected().read_only) co_return no("", "the mailbox was opened with EXAMINE");
  auto transfer = prepare(conversation, move.set, move.by_uid, move.mailbox);
  if (!transfer) co_return std::unexpected(std::move(transfer).error());
  if (transfer->uids.empty()) co_return done();
  const auto moved = co_await store::move(conversation.store(), conversation.account(),
                                          conversation.selected().mailbox, transfer->to,
                                          std::move(transfer->uids));
  if (!moved) co_return transfer_failure(conversation, moved.error());
  // RFC 6851 section 4.3: before the EXPUNGE responses, so not with the tagged reply.
  if (!moved->to.empty())
    conversation.reply().untagged(imap::Condition::ok, copyuid(*moved), "moved");
  if (!moved->to.empty() || move.by_uid) co_return done();
  co_return no("EXPUNGEISSUED", "the messages are gone");
}

} // namespace mox::imapserver
