// EXPUNGE and UID EXPUNGE (RFC 4315).

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/mailbox_name.h"
#include "store/operations.h"

#include <fmt/format.h>

#include <utility>

namespace mox::imapserver {

async::Task<Outcome> run_expunge(Conversation& conversation, const imap::Command& command) {
  const auto& expunge = std::get<imap::Expunge>(command.body);
  auto& selected = conversation.selected();
  if (selected.read_only) co_return no("", "the mailbox was opened with EXAMINE");
  // Only messages that this client knows of.
  const auto& known = *selected.view.uids;
  auto uids = expunge.uids ? ranges_of(select_uids(known, *expunge.uids)) : known.runs();
  if (!uids.empty()) {
    const auto expunged = co_await store::expunge(conversation.store(), conversation.account(),
                                                  selected.mailbox, std::move(uids), true);
    if (!expunged) co_return store_failure(expunged.error());
  }
  auto told = co_await conversation.tell_changes();
  if (!told || !conversation.condstore()) co_return told;
  // RFC 7162 section 3.2.7: the client may keep this as what it has seen.
  const auto mailbox =
      conversation.store().read().mailbox(conversation.account(), selected.mailbox);
  if (!mailbox) co_return done();
  co_return done(fmt::format("HIGHESTMODSEQ {}", conversation.highest_modseq(*mailbox)));
}

} // namespace mox::imapserver
