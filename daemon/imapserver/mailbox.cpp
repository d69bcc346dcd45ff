// CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE.

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/mailbox_name.h"
#include "imapserver/special_use.h"
#include "store/txn.h"

#include <string>
#include <utility>

namespace mox::imapserver {

namespace {

// RFC 9051 section 6.3.4: a hierarchy separator at the end declares that names below will be made.
std::string_view without_trailing_slashes(std::string_view wire) {
  while (wire.ends_with('/')) wire.remove_suffix(1);
  return wire;
}

bool has_children(const store::Snapshot& snapshot, store::AccountId account,
                  std::string_view name) {
  const auto below = std::string(name) + "/";
  for (const auto& mailbox : snapshot.mailboxes(account))
    if (mailbox.name.starts_with(below)) return true;
  return false;
}

Outcome outcome_of(const Result<>& result) {
  if (!result) return store_failure(result.error());
  return done();
}

} // namespace

async::Task<Outcome> run_create(Conversation& conversation, const imap::Command& command) {
  const auto& create = std::get<imap::Create>(command.body);
  auto name = mailbox_name(without_trailing_slashes(create.mailbox));
  if (!name) co_return std::unexpected(std::move(name).error());
  const auto use = parse_special_use(create.special_use);
  if (!use) co_return no("USEATTR", "this server has no such special use");
  auto change = [account = conversation.account(), name = std::move(*name),
                 use = *use](store::Txn& txn) -> Result<> {
    MOX_TRY_ASSIGN(made, txn.create_mailbox(account, name, use));
    for (const auto& mailbox : made) MOX_TRY(txn.subscribe(account, mailbox.name));
    return ok();
  };
  const auto created = co_await conversation.store().write<void>(std::move(change));
  co_return outcome_of(created);
}

async::Task<Outcome> run_delete(Conversation& conversation, const imap::Command& command) {
  const auto& remove = std::get<imap::Delete>(command.body);
  auto name = mailbox_name(remove.mailbox);
  if (!name) co_return std::unexpected(std::move(name).error());
  // RFC 9051 section 6.3.5.
  if (has_children(conversation.store().read(), conversation.account(), *name))
    co_return no("HASCHILDREN", "there are mailboxes below it");
  auto change = [account = conversation.account(), name = std::move(*name)](
                    store::Txn& txn) -> Result<> { return txn.delete_mailbox(account, name); };
  const auto removed = co_await conversation.store().write<void>(std::move(change));
  co_return outcome_of(removed);
}

async::Task<Outcome> run_rename(Conversation& conversation, const imap::Command& command) {
  const auto& rename = std::get<imap::Rename>(command.body);
  auto from = mailbox_name(rename.from);
  if (!from) co_return std::unexpected(std::move(from).error());
  auto to = mailbox_name(without_trailing_slashes(rename.to));
  if (!to) co_return std::unexpected(std::move(to).error());
  auto change = [account = conversation.account(), from = std::move(*from),
                 to = std::move(*to)](store::Txn& txn) -> Result<> {
    MOX_TRY_ASSIGN(renamed, txn.rename_mailbox(account, from, to));
    for (const auto& mailbox : renamed.created) MOX_TRY(txn.subscribe(account, mailbox.name));
    return ok();
  };
  const auto renamed = co_await conversation.store().write<void>(std::move(change));
  co_return outcome_of(renamed);
}

async::Task<Outcome> run_subscribe(Conversation& conversation, const imap::Command& command) {
  auto name = mailbox_name(std::get<imap::Subscribe>(command.body).mailbox);
  if (!name) co_return std::unexpected(std::move(name).error());
  // RFC 9051 section 6.3.7: the mailbox need not exist.
  auto change = [account = conversation.account(), name = std::move(*name)](
                    store::Txn& txn) -> Result<> { return txn.subscribe(account, name); };
  const auto subscribed = co_await conversation.store().write<void>(std::move(change));
  co_return outcome_of(subscribed);
}

async::Task<Outcome> run_unsubscribe(Conversation& conversation, const imap::Command& command) {
  auto name = mailbox_name(std::get<imap::Unsubscribe>(command.body).mailbox);
  if (!name) co_return std::unexpected(std::move(name).error());
  // A mailbox that is there and was not subscribed is as the client wants it.
  const bool exists =
      conversation.store().read().find_mailbox(conversation.account(), *name).has_value();
  auto change = [account = conversation.account(), name = std::move(*name)](
                    store::Txn& txn) -> Result<> { return txn.unsubscribe(account, name); };
  const auto unsubscribed = co_await conversation.store().write<void>(std::move(change));
  if (!unsubscribed && unsubscribed.error().kind == ErrorKind::not_found && exists)
    co_return done();
  co_return outcome_of(unsubscribed);
}

} // namespace mox::imapserver
