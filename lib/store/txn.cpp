#include "store/txn.h"

#include "store/accounts.h"
#include "store/deliver.h"
#include "store/expunge.h"
#include "store/flags.h"
#include "store/login_attempts.h"
#include "store/mailboxes.h"
#include "store/transfer.h"
#include "store/txn_state.h"

namespace mox::store {

Txn::Txn(State& state) : state_(state) {}

const Snapshot& Txn::snapshot() const {
  return state_.snapshot;
}

Modseq Txn::modseq(AccountId account) {
  auto record = state_.account(account);
  if (!record) throw std::logic_error("modseq of an account that does not exist");
  const auto modseq = state_.stamp(account, *record);
  state_.put(account, *record);
  return modseq;
}

Result<AccountId> Txn::create_account(std::string_view name) {
  return store::create_account(state_, name);
}

Result<> Txn::set_quota(AccountId account, std::uint64_t bytes) {
  MOX_TRY_ASSIGN(record, state_.account(account));
  record.quota = bytes;
  state_.put(account, record);
  return ok();
}

Result<> Txn::retire_account(AccountId account) {
  return store::retire_account(state_, account);
}

Result<> Txn::add_login(AccountId account, std::string_view login) {
  return store::add_login(state_, account, login);
}

Result<> Txn::remove_login(AccountId account, std::string_view login) {
  return store::remove_login(state_, account, login);
}

Result<std::uint32_t> Txn::set_credential(AccountId account, Credential credential) {
  return store::set_credential(state_, account, std::move(credential));
}

Result<> Txn::credential_used(AccountId account, std::uint32_t id) {
  return store::credential_used(state_, account, id);
}

Result<> Txn::remove_credential(AccountId account, std::uint32_t id) {
  return store::remove_credential(state_, account, id);
}

Result<> Txn::add_login_attempt(AccountId account, const LoginAttempt& attempt) {
  return store::add_login_attempt(state_, account, attempt);
}

Result<std::vector<Mailbox>> Txn::create_mailbox(AccountId account, std::string_view name,
                                                 std::uint8_t special_use) {
  return store::create_mailbox(state_, account, name, special_use);
}

Result<Txn::Renamed> Txn::rename_mailbox(AccountId account, std::string_view from,
                                         std::string_view to) {
  return store::rename_mailbox(state_, account, from, to);
}

Result<> Txn::delete_mailbox(AccountId account, std::string_view name) {
  return store::delete_mailbox(state_, account, name);
}

Result<> Txn::subscribe(AccountId account, std::string_view name) {
  return store::subscribe(state_, account, name);
}

Result<> Txn::unsubscribe(AccountId account, std::string_view name) {
  return store::unsubscribe(state_, account, name);
}

Result<Placement> Txn::add_message(AccountId account, MailboxId mailbox,
                                   const NewMessage& message) {
  return store::add_message(state_, account, mailbox, message);
}

Result<Changed> Txn::change_flags(AccountId account, MailboxId mailbox,
                                  std::span<const UidRange> uids, FlagsChange how,
                                  const NamedFlags& flags, Modseq unchanged_since) {
  auto whole = Slice::unlimited();
  return change_flags_slice(state_, account, mailbox, uids, how, flags, unchanged_since, whole);
}

Result<Moved> Txn::copy(AccountId account, MailboxId from, MailboxId to,
                        std::span<const UidRange> uids) {
  MOX_TRY_ASSIGN(moved, copy_at_once(state_, account, from, to, uids, no_row_limit));
  return *std::move(moved);
}

Result<Moved> Txn::move(AccountId account, MailboxId from, MailboxId to,
                        std::span<const UidRange> uids) {
  auto whole = Slice::unlimited();
  return move_slice(state_, account, from, to, uids, no_row_limit, whole);
}

Result<Changed> Txn::expunge(AccountId account, MailboxId mailbox, std::span<const UidRange> uids,
                             bool only_deleted) {
  auto whole = Slice::unlimited();
  return expunge_slice(state_, account, mailbox, uids, only_deleted, whole);
}

} // namespace mox::store
