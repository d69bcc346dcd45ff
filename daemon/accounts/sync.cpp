#include "accounts/sync.h"

#include "store/txn.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::accounts {

namespace {

// So many changes are one transaction of the store.
constexpr std::size_t batch_size = 100;

struct Wanted {
  std::string_view name;
  std::uint64_t quota = 0;
};

Result<> make_mailbox(store::Txn& txn, store::AccountId account, std::string_view name,
                      store::SpecialUse use) {
  if (name.empty()) return ok();
  MOX_TRY_ASSIGN(made, txn.create_mailbox(account, name, static_cast<std::uint8_t>(use)));
  for (const auto& mailbox : made) MOX_TRY(txn.subscribe(account, mailbox.name));
  return ok();
}

Result<> make_mailboxes(store::Txn& txn, store::AccountId account,
                        const config::InitialMailboxes& initial) {
  using enum store::SpecialUse;
  MOX_TRY(make_mailbox(txn, account, "Inbox", none));
  const auto& special = initial.special_use;
  MOX_TRY(make_mailbox(txn, account, special.sent, sent));
  MOX_TRY(make_mailbox(txn, account, special.archive, archive));
  MOX_TRY(make_mailbox(txn, account, special.trash, trash));
  MOX_TRY(make_mailbox(txn, account, special.draft, drafts));
  MOX_TRY(make_mailbox(txn, account, special.junk, junk));
  for (const auto& name : initial.regular) MOX_TRY(make_mailbox(txn, account, name, none));
  return ok();
}

Result<> bring(store::Txn& txn, const Wanted& wanted, const config::InitialMailboxes& initial) {
  auto account = txn.snapshot().find_account(wanted.name);
  if (!account) {
    MOX_TRY_ASSIGN(made, txn.create_account(wanted.name));
    MOX_TRY(make_mailboxes(txn, made, initial));
    account = made;
  }
  return txn.set_quota(*account, wanted.quota);
}

// Those that are missing or have another quota.
std::vector<Wanted> differing(const store::Store& store, const config::Static& host,
                              const config::Domains& domains) {
  std::vector<Wanted> all;
  const auto snapshot = store.read();
  for (const auto& [name, account] : domains.accounts) {
    const auto quota = quota_of(account, host);
    const auto id = snapshot.find_account(name);
    const auto present = id ? snapshot.account(*id) : std::nullopt;
    if (!present || present->quota != quota) all.push_back({.name = name, .quota = quota});
  }
  return all;
}

} // namespace

std::uint64_t quota_of(const config::Account& account, const config::Static& host) {
  const auto quota =
      account.quota_message_size == 0 ? host.quota_message_size : account.quota_message_size;
  return quota > 0 ? static_cast<std::uint64_t>(quota) : 0;
}

Result<Ids> sync(store::Store& store, const config::Static& host, const config::Domains& domains) {
  const auto wanted = differing(store, host, domains);
  std::span<const Wanted> left = wanted;
  while (!left.empty()) {
    const auto batch = left.first(std::min(left.size(), batch_size));
    MOX_TRY(store.write_blocking<void>([&](store::Txn& txn) -> Result<> {
      for (const auto& one : batch) MOX_TRY(bring(txn, one, host.initial_mailboxes));
      return ok();
    }));
    left = left.subspan(batch.size());
  }
  Ids ids;
  ids.reserve(domains.accounts.size());
  const auto snapshot = store.read();
  for (const auto& [name, account] : domains.accounts)
    if (const auto id = snapshot.find_account(name)) ids.emplace(name, *id);
  return ids;
}

} // namespace mox::accounts
