// Who tried to log in: rows that count attempts that were alike, bounded in number and age.
#pragma once

#include "store/txn_state.h"

namespace mox::store {

Result<> add_login_attempt(Txn::State& state, AccountId account, const LoginAttempt& attempt);
void remove_login_attempts(Txn::State& state, AccountId account);

} // namespace mox::store
