// Mailboxes and subscriptions: CREATE, RENAME, DELETE, SUBSCRIBE.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

inline constexpr std::string_view inbox = "Inbox";

Result<std::vector<Mailbox>> create_mailbox(Txn::State& state, AccountId account,
                                            std::string_view name, std::uint8_t special_use);
Result<Txn::Renamed> rename_mailbox(Txn::State& state, AccountId account, std::string_view from,
                                    std::string_view to);
Result<> delete_mailbox(Txn::State& state, AccountId account, std::string_view name);
// Any, Inbox too.
Result<> remove_mailbox(Txn::State& state, AccountId account, MailboxId id);
Result<> subscribe(Txn::State& state, AccountId account, std::string_view name);
Result<> unsubscribe(Txn::State& state, AccountId account, std::string_view name);

} // namespace mox::store
