// Accounts, their logins and credentials.
#pragma once

#include "store/txn_state.h"

#include <string>

namespace mox::store {

Result<AccountId> create_account(Txn::State& state, std::string_view name);
Result<> retire_account(Txn::State& state, AccountId account);
// What it is called from then on.
std::string retired_name(AccountId account);
Result<> add_login(Txn::State& state, AccountId account, std::string_view login);
Result<> remove_login(Txn::State& state, AccountId account, std::string_view login);
Result<std::uint32_t> set_credential(Txn::State& state, AccountId account, Credential credential);
Result<> remove_credential(Txn::State& state, AccountId account, std::uint32_t id);
Result<> credential_used(Txn::State& state, AccountId account, std::uint32_t id);

} // namespace mox::store
