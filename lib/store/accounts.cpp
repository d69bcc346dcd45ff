#include "store/accounts.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::store {

namespace {

Result<> check_name(std::string_view name, std::string_view what) {
  if (!name.empty() && name.size() <= max_name_size) return ok();
  return failure(ErrorKind::invalid, fmt::format("{} has 1 to {} bytes", what, max_name_size));
}

Key credential_key(AccountId account, std::uint32_t id) {
  return Key(account, Table::credential).u32(id);
}

} // namespace

Result<AccountId> create_account(Txn::State& state, std::string_view name) {
  MOX_TRY(check_name(name, "an account name"));
  const auto name_row = name_key(no_account, Table::account_name, name);
  if (state.db.get(name_row)) {
    return failure(ErrorKind::exists, fmt::format("the account {} exists", name));
  }
  const AccountId id{state.workshop.counters.next_account++};
  // UIDVALIDITY must grow also when an account of the same name is made anew, and is never 0 (RFC
  // 9051 section 2.3.1.1), not even on a machine that does not know the time.
  const auto half_now = std::clamp<std::int64_t>(state.now / 2, 1, 0x7FFFFFFF);
  AccountRecord record{.next_uidvalidity = static_cast<std::uint32_t>(half_now),
                       .name = std::string(name)};
  state.put(id, record);
  state.db.put(name_row, encode_u32(static_cast<std::uint32_t>(id)));
  return id;
}

Result<> add_login(Txn::State& state, AccountId account, std::string_view login) {
  MOX_TRY(check_name(login, "a login"));
  MOX_TRY(state.account(account));
  if (const auto owner = state.snapshot.find_login(login); owner && *owner != account) {
    return failure(ErrorKind::exists,
                   fmt::format("the login {} belongs to another account", login));
  }
  state.db.put(name_key(no_account, Table::login, login),
               encode_u32(static_cast<std::uint32_t>(account)));
  return ok();
}

Result<> remove_login(Txn::State& state, AccountId account, std::string_view login) {
  if (state.snapshot.find_login(login) != account) {
    return failure(ErrorKind::not_found, fmt::format("the account has no login {}", login));
  }
  state.db.erase(name_key(no_account, Table::login, login));
  return ok();
}

Result<std::uint32_t> set_credential(Txn::State& state, AccountId account, Credential credential) {
  MOX_TRY_ASSIGN(owner, state.account(account));
  credential.version = 1;
  credential.id = 0;
  for (const auto& other : state.snapshot.credentials(account)) {
    if (other.kind != credential.kind || other.name != credential.name) continue;
    credential.id = other.id;
    credential.version = other.version + 1;
  }
  if (credential.id == 0) {
    credential.id = owner.next_credential++;
    state.put(account, owner);
  }
  state.db.put(credential_key(account, credential.id), encode(credential));
  return credential.id;
}

Result<> remove_credential(Txn::State& state, AccountId account, std::uint32_t id) {
  if (!state.db.erase(credential_key(account, id))) {
    return failure(ErrorKind::not_found, "no such credential");
  }
  return ok();
}

} // namespace mox::store
