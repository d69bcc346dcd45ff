// The functions of the command table, one for each command. Each reads its arguments, checks, acts
// and replies; the tagged reply is made from what it returns.
#pragma once

#include "async/task.h"
#include "imap/command.h"
#include "imapserver/failure.h"

namespace mox::imapserver {

class Conversation;

async::Task<Outcome> run_append(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_authenticate(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_capability(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_check(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_close(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_copy(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_create(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_delete(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_enable(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_expunge(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_fetch(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_id(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_idle(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_list(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_login(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_logout(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_lsub(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_move(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_namespace(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_noop(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_rename(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_search(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_select(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_starttls(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_status(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_store(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_subscribe(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_unselect(Conversation& conversation, const imap::Command& command);
async::Task<Outcome> run_unsubscribe(Conversation& conversation, const imap::Command& command);

} // namespace mox::imapserver
