// SELECT, EXAMINE, CLOSE, UNSELECT and CHECK: which mailbox the conversation is about.

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/flags.h"
#include "imapserver/mailbox_name.h"
#include "store/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::imapserver {

namespace {

// Looking for the first unseen message ends after so many; the reply is optional
// (RFC 3501 section 7.1 leaves out what is not known).
constexpr std::size_t max_looked_at = 20'000;

std::optional<store::Uid> first_unseen(const store::Snapshot& snapshot, store::AccountId account,
                                       const store::Mailbox& mailbox) {
  if (mailbox.counts.unseen == 0) return std::nullopt;
  auto cursor = snapshot.placements(account, mailbox.id);
  auto placement = cursor.seek(1);
  for (std::size_t looked_at = 0; placement && looked_at < max_looked_at; ++looked_at) {
    if ((placement->flags.system & store::flag_seen) == 0) return placement->uid;
    placement = cursor.next();
  }
  return std::nullopt;
}

void describe(Conversation& conversation, const store::Snapshot& snapshot,
              const store::Mailbox& mailbox) {
  const auto& selected = conversation.selected();
  const auto& uids = *selected.view.uids;
  const FlagNames names(snapshot, conversation.account());
  auto reply = conversation.reply();
  auto& output = conversation.output();
  output += "* FLAGS ";
  names.append_all(output, mailbox, false);
  output += "\r\n* OK [PERMANENTFLAGS ";
  if (selected.read_only)
    output += "()";
  else
    names.append_all(output, mailbox, true);
  output += "] kept\r\n";
  reply.number_line(uids.size(), "EXISTS");
  // There is no \Recent here: RFC 9051 dropped it.
  reply.number_line(0, "RECENT");
  const auto unseen = first_unseen(snapshot, conversation.account(), mailbox);
  const auto number = unseen ? uids.number_of(*unseen) : std::nullopt;
  if (number)
    reply.untagged(imap::Condition::ok, fmt::format("UNSEEN {}", *number), "first unseen");
  reply.untagged(imap::Condition::ok, fmt::format("UIDVALIDITY {}", mailbox.uidvalidity), "valid");
  reply.untagged(imap::Condition::ok, fmt::format("UIDNEXT {}", mailbox.uidnext), "next");
  reply.untagged(imap::Condition::ok,
                 fmt::format("HIGHESTMODSEQ {}", conversation.highest_modseq(mailbox)), "highest");
}

} // namespace

store::Modseq Conversation::highest_modseq(const store::Mailbox& mailbox) const {
  return std::max<store::Modseq>(1, std::min(mailbox.modseq, selected_->view.modseq));
}

void Conversation::enable_condstore() {
  if (std::exchange(condstore_, true) || !selected_) return;
  const auto mailbox = session_.parts.store.read().mailbox(account_, selected_->mailbox);
  if (!mailbox) return;
  reply().untagged(imap::Condition::ok, fmt::format("HIGHESTMODSEQ {}", highest_modseq(*mailbox)),
                   "highest");
}

async::Task<Outcome> run_select(Conversation& conversation, const imap::Command& command) {
  const auto& select = std::get<imap::Select>(command.body);
  if (select.qresync) co_return bad("QRESYNC is not offered");
  // RFC 9051 section 6.3.2: a SELECT that fails leaves no mailbox selected.
  if (conversation.state() == State::selected) {
    conversation.reply().untagged(imap::Condition::ok, "CLOSED", "closed");
    conversation.unselect();
  }
  if (select.condstore) conversation.enable_condstore();
  const auto snapshot = conversation.store().read();
  const auto account = conversation.account();
  const auto mailbox = find_mailbox(snapshot, account, select.mailbox, "NONEXISTENT");
  if (!mailbox) co_return std::unexpected(mailbox.error());
  Selected selected;
  selected.mailbox = mailbox->id;
  selected.read_only = select.read_only;
  selected.view = load_view(conversation.store(), snapshot, account, mailbox->id);
  selected.keywords_told = mailbox->keywords.size();
  conversation.select(std::move(selected));
  describe(conversation, snapshot, *mailbox);
  co_return done(select.read_only ? "READ-ONLY" : "READ-WRITE");
}

async::Task<Outcome> run_close(Conversation& conversation, const imap::Command&) {
  auto& selected = conversation.selected();
  const bool expunge = !selected.read_only;
  const auto mailbox = selected.mailbox;
  auto uids = selected.view.uids->runs();
  conversation.unselect();
  if (!expunge || uids.empty()) co_return done();
  const auto expunged = co_await store::expunge(conversation.store(), conversation.account(),
                                                mailbox, std::move(uids), true);
  // A mailbox that was deleted meanwhile has nothing left to expunge.
  if (!expunged && expunged.error().kind != ErrorKind::not_found)
    co_return store_failure(expunged.error());
  co_return done();
}

async::Task<Outcome> run_unselect(Conversation& conversation, const imap::Command&) {
  conversation.unselect();
  co_return done();
}

async::Task<Outcome> run_check(Conversation& conversation, const imap::Command&) {
  const auto mailbox =
      conversation.store().read().mailbox(conversation.account(), conversation.selected().mailbox);
  if (!mailbox) co_return no("NONEXISTENT", "the mailbox was deleted");
  co_return done();
}

} // namespace mox::imapserver
