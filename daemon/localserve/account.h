// The account of a local test instance, which gets all mail.
#pragma once

#include "clock/clock.h"
#include "delivery/directory.h"
#include "random/random.h"
#include "result/result.h"
#include "store/store.h"
#include "store/txn.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mox::localserve {

constexpr std::string_view account_name = "mox";
constexpr std::string_view login = "mox@localhost";
constexpr std::string_view password = "moxmoxmox";

// Makes the account with its mailboxes, or finds it.
Result<store::AccountId> open_account(store::Store& store, const Clock& clock, Random& random);

// An account with the usual mailboxes, of which all are subscribed, and one password, whose
// verifiers are `secret` (login/secret.h). `name` is new, `login_name` a canonical address.
Result<store::AccountId> make_account(store::Txn& txn, std::string_view name,
                                      std::string_view login_name, std::string secret,
                                      std::int64_t now);

// Every address leads to the account, which may send as mox@localhost and mox+anything@localhost.
std::shared_ptr<const delivery::Directory> any_address(store::AccountId account);

} // namespace mox::localserve
