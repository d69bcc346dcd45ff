// What there is, and how to begin anew.

#include "localapi/call.h"
#include "localapi/search.h"
#include "store/operations.h"

#include <utility>
#include <vector>

namespace mox::localapi {

namespace {

void write_mailboxes(json::Writer& json, const std::vector<store::Mailbox>& mailboxes) {
  json.key("mailboxes").array();
  for (const auto& mailbox : mailboxes) {
    json.object();
    json.member("name", mailbox.name);
    json.member("messages", mailbox.counts.messages);
    json.member("unseen", mailbox.counts.unseen);
    json.end();
  }
  json.end();
}

// Behind all that has come: to be given as `since`.
std::string mark_of(const store::Mailbox& mailbox, store::AccountId account) {
  return to_string(Place{.account = account, .mailbox = mailbox.id, .uid = mailbox.uidnext - 1});
}

// All messages of an account.
async::Task<Result<std::uint64_t>> empty(store::Store& store, store::AccountId account) {
  const auto mailboxes = store.read().mailboxes(account);
  std::uint64_t count = 0;
  for (const auto& mailbox : mailboxes) {
    auto uids = store.read().uids(account, mailbox.id).runs();
    if (uids.empty()) continue;
    auto expunged = co_await store::expunge(store, account, mailbox.id, std::move(uids), false);
    // Somebody may have deleted it meanwhile.
    if (!expunged && expunged.error().kind == ErrorKind::not_found) continue;
    if (!expunged) co_return std::unexpected(std::move(expunged).error());
    for (const auto& range : expunged->uids) count += std::uint64_t{range.last} - range.first + 1;
  }
  co_return count;
}

} // namespace

async::Task<Answer> show_info(Call& call) {
  const auto account = co_await find_inbox(call);
  if (!account) co_return std::unexpected(account.error());
  const auto snapshot = call.session.parts.store.read();
  json::Writer json(2);
  json.object();
  json.member("version", call.options.version);
  json.member("inbox", inbox_name(snapshot, *account));
  json.key("mark");
  if (const auto inbox = snapshot.find_mailbox(*account, "Inbox"))
    json.value(mark_of(*inbox, *account));
  else
    json.null();
  write_mailboxes(json, snapshot.mailboxes(*account));
  json.key("inboxes").array();
  for (const auto& row : snapshot.accounts()) json.value(inbox_name(snapshot, row.id));
  json.end();
  json.end();
  co_return json_response(std::move(json));
}

async::Task<Answer> reset(Call& call) {
  auto& store = call.session.parts.store;
  std::vector<store::AccountId> accounts;
  if (call.parameters.find("inbox")) {
    const auto account = co_await find_inbox(call);
    if (!account) co_return std::unexpected(account.error());
    accounts.push_back(*account);
  } else {
    for (const auto& row : store.read().accounts()) accounts.push_back(row.id);
    call.options.faults.clear();
  }
  std::uint64_t count = 0;
  for (const auto account : accounts) {
    const auto emptied = co_await empty(store, account);
    if (!emptied) co_return problem(emptied.error());
    count += *emptied;
  }
  json::Writer json(2);
  json.object();
  json.member("deleted", count).end();
  co_return json_response(std::move(json));
}

} // namespace mox::localapi
