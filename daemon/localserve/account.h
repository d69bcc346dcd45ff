// The one account of a local test instance, which gets all mail.
#pragma once

#include "lifecycle/server.h"
#include "random/random.h"
#include "result/result.h"
#include "store/store.h"

#include <string_view>

namespace mox::localserve {

constexpr std::string_view account_name = "mox";
constexpr std::string_view login = "mox@localhost";
constexpr std::string_view password = "moxmoxmox";

// Makes the account with its mailboxes, or finds it. Every address leads to it.
Result<lifecycle::People> open_account(store::Store& store, const Clock& clock, Random& random);

} // namespace mox::localserve
