#include "delivery/deliver.h"

#include "store/txn.h"

#include <utility>

namespace mox::delivery {

namespace {

Result<store::MailboxId> mailbox_for(store::Txn& txn, const Destination& destination) {
  const auto found = txn.snapshot().find_mailbox(destination.account, destination.mailbox);
  if (found) return found->id;
  MOX_TRY_ASSIGN(created, txn.create_mailbox(destination.account, destination.mailbox, 0));
  for (const auto& mailbox : created) MOX_TRY(txn.subscribe(destination.account, mailbox.name));
  return created.back().id;
}

} // namespace

async::Task<Result<>> deliver(store::Store& store, std::vector<Recipient> recipients,
                              std::shared_ptr<store::Body> body,
                              std::shared_ptr<const message::Summary> summary, std::size_t bytes,
                              std::int64_t received) {
  for (const auto& recipient : recipients)
    store.look_ahead(recipient.destination.account, *summary);
  auto change = [recipients = std::move(recipients), body = std::move(body),
                 summary = std::move(summary), received](store::Txn& txn) -> Result<> {
    for (const auto& recipient : recipients) {
      MOX_TRY_ASSIGN(mailbox, mailbox_for(txn, recipient.destination));
      const store::NewMessage message{.prefix = recipient.prefix,
                                      .body = body,
                                      .summary = summary,
                                      .flags = {},
                                      .received = received,
                                      .received_zone = 0};
      MOX_TRY(txn.add_message(recipient.destination.account, mailbox, message));
    }
    return ok();
  };
  co_return co_await store.write<void>(std::move(change), bytes);
}

} // namespace mox::delivery
