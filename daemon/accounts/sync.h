// Brings the store to what the configuration says of its accounts.
#pragma once

#include "config/domains.h"
#include "config/static.h"
#include "result/result.h"
#include "store/store.h"
#include "store/types.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace mox::accounts {

using Ids = std::unordered_map<std::string, store::AccountId>;

// In bytes, 0 for none.
std::uint64_t quota_of(const config::Account& account, const config::Static& host);

// Makes the accounts that are missing and sets the quotas that differ. Returns all of them.
Result<Ids> sync(store::Store& store, const config::Static& host, const config::Domains& domains);

} // namespace mox::accounts
