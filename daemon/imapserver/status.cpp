// STATUS: counts of a mailbox that need not be selected.

#include "imapserver/status.h"

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/mailbox_name.h"

#include <algorithm>
#include <utility>

namespace mox::imapserver {

namespace {

std::uint64_t value_of(imap::StatusItem item, const store::Mailbox& mailbox) {
  switch (item) {
  case imap::status_messages: return mailbox.counts.messages;
  case imap::status_uidnext: return mailbox.uidnext;
  case imap::status_uidvalidity: return mailbox.uidvalidity;
  case imap::status_unseen: return mailbox.counts.unseen;
  case imap::status_deleted: return mailbox.counts.deleted;
  case imap::status_size: return mailbox.counts.size;
  case imap::status_highestmodseq: return std::max<store::Modseq>(1, mailbox.modseq);
  default: return 0; // RECENT; DELETED-STORAGE: expunged messages do not count
  }
}

} // namespace

void append_status(std::string& to, const store::Mailbox& mailbox, std::uint16_t items) {
  imap::ResponseWriter reply(to);
  reply.raw("* STATUS ").mailbox(mailbox.name, imap::NameForm::mutf7).raw(" (");
  bool first = true;
  for (const auto& [item, name] : imap::status_item_names) {
    if ((items & item) == 0) continue;
    if (!std::exchange(first, false)) reply.raw(' ');
    reply.raw(name).raw(' ');
    // RFC 7889 section 4: NIL is no limit of this mailbox's own.
    if (item == imap::status_appendlimit)
      reply.raw("NIL");
    else
      reply.number(value_of(item, mailbox));
  }
  reply.raw(')').crlf();
}

async::Task<Outcome> run_status(Conversation& conversation, const imap::Command& command) {
  const auto& status = std::get<imap::Status>(command.body);
  const auto snapshot = conversation.store().read();
  const auto mailbox =
      find_mailbox(snapshot, conversation.account(), status.mailbox, "NONEXISTENT");
  if (!mailbox) co_return std::unexpected(mailbox.error());
  // RFC 7162 section 3.1.2: asking for HIGHESTMODSEQ enables CONDSTORE.
  if ((status.items & imap::status_highestmodseq) != 0) conversation.enable_condstore();
  append_status(conversation.output(), *mailbox, status.items);
  co_return done();
}

} // namespace mox::imapserver
