#include "store/accounts.h"

#include "store/login_attempts.h"
#include "store/mailboxes.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::store {

namespace {

Result<> check_name(std::string_view name, std::string_view what) {
  if (!name.empty() && name.size() <= max_name_size) return ok();
  return failure(ErrorKind::invalid, fmt::format("{} has 1 to {} bytes", what, max_name_size));
}

constexpr std::size_t fingerprint_size = 32;
constexpr std::int64_t seconds_per_hour = 3600;

std::string public_key_row(std::string_view fingerprint) {
  return name_key(no_account, Table::public_key, fingerprint);
}

bool is_public_key(const Credential& credential) {
  return credential.kind == CredentialKind::public_key;
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

namespace {

std::vector<std::string> logins_of(const Txn::State& state, AccountId account) {
  std::vector<std::string> logins;
  const auto cursor = state.db.cursor();
  for (bool there = cursor->seek(Key(no_account, Table::login));
       there && in_table(cursor->key(), no_account, Table::login); there = cursor->next())
    if (AccountId{decode_u32(cursor->value())} == account)
      logins.emplace_back(cursor->key().substr(key_body));
  return logins;
}

} // namespace

// No configuration can name one so: a space is not allowed there.
std::string retired_name(AccountId account) {
  return fmt::format("removed {}", static_cast<std::uint32_t>(account));
}

Result<> retire_account(Txn::State& state, AccountId account) {
  for (const auto& mailbox : state.snapshot.mailboxes(account))
    MOX_TRY(remove_mailbox(state, account, mailbox.id));
  for (const auto& name : state.snapshot.subscriptions(account))
    MOX_TRY(unsubscribe(state, account, name));
  for (const auto& credential : state.snapshot.credentials(account))
    MOX_TRY(remove_credential(state, account, credential.id));
  for (const auto& login : logins_of(state, account)) MOX_TRY(remove_login(state, account, login));
  remove_login_attempts(state, account);
  MOX_TRY_ASSIGN(record, state.account(account));
  state.db.erase(name_key(no_account, Table::account_name, record.name));
  record.name = retired_name(account);
  state.db.put(name_key(no_account, Table::account_name, record.name),
               encode_u32(static_cast<std::uint32_t>(account)));
  state.put(account, record);
  return ok();
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

namespace {

// Nobody has this key, unless it is the credential of this account that is replaced.
Result<> check_public_key(Txn::State& state, AccountId account, const Credential& credential) {
  if (credential.secret.size() != fingerprint_size) {
    return failure(ErrorKind::invalid, "the fingerprint of a public key has 32 bytes");
  }
  const auto owner = state.snapshot.find_public_key(credential.secret);
  if (!owner || (owner->account == account && owner->credential.id == credential.id)) return ok();
  return failure(ErrorKind::exists,
                 "the public key is known already, as that of " + owner->credential.login);
}

} // namespace

Result<std::uint32_t> set_credential(Txn::State& state, AccountId account, Credential credential) {
  MOX_TRY_ASSIGN(owner, state.account(account));
  credential.version = 1;
  credential.id = 0;
  std::optional<Credential> before;
  for (auto& other : state.snapshot.credentials(account)) {
    if (other.kind != credential.kind || other.name != credential.name) continue;
    credential.id = other.id;
    credential.version = other.version + 1;
    before = std::move(other);
  }
  if (is_public_key(credential)) {
    MOX_TRY(check_public_key(state, account, credential));
    if (before) state.db.erase(public_key_row(before->secret));
    state.db.put(public_key_row(credential.secret),
                 encode_u32(static_cast<std::uint32_t>(account)));
  }
  if (credential.id == 0) {
    credential.id = owner.next_credential++;
    state.put(account, owner);
  }
  state.db.put(credential_key(account, credential.id), encode(credential));
  return credential.id;
}

Result<> credential_used(Txn::State& state, AccountId account, std::uint32_t id) {
  const auto key = credential_key(account, id);
  const auto row = state.db.get(key);
  if (!row) return ok();
  auto credential = decode_credential(*row);
  const auto hour = state.now / seconds_per_hour * seconds_per_hour;
  if (credential.last_used == hour) return ok();
  credential.last_used = hour;
  state.db.put(key, encode(credential));
  return ok();
}

Result<> remove_credential(Txn::State& state, AccountId account, std::uint32_t id) {
  const auto key = credential_key(account, id);
  const auto row = state.db.get(key);
  if (!row) return failure(ErrorKind::not_found, "no such credential");
  if (const auto credential = decode_credential(*row); is_public_key(credential)) {
    state.db.erase(public_key_row(credential.secret));
  }
  state.db.erase(key);
  return ok();
}

} // namespace mox::store
