#include "localserve/account.h"

#include "login/secret.h"
#include "sasl/verifiers.h"
#include "store/txn.h"
#include "text/ascii.h"

#include <array>
#include <string>
#include <utility>

namespace mox::localserve {

namespace {

struct InitialMailbox {
  std::string_view name;
  store::SpecialUse use;
};

constexpr std::array initial_mailboxes = {
    InitialMailbox{"Inbox", store::SpecialUse::none},
    InitialMailbox{"Archive", store::SpecialUse::archive},
    InitialMailbox{"Drafts", store::SpecialUse::drafts},
    InitialMailbox{"Junk", store::SpecialUse::junk},
    InitialMailbox{"Sent", store::SpecialUse::sent},
    InitialMailbox{"Trash", store::SpecialUse::trash},
};

class AnyAddress final : public delivery::Directory {
public:
  explicit AnyAddress(store::AccountId account) : account_(account) {}

  delivery::Lookup find(const smtp::Path&) const override {
    return {.kind = delivery::Lookup::Kind::found,
            .destinations = {{.account = account_, .mailbox = "Inbox"}}};
  }

  // mox@localhost, and mox+anything@localhost.
  bool may_send_as(store::AccountId account, const smtp::Path& sender) const override {
    const std::string_view localpart = sender.localpart;
    return account == account_ && text::iequals(sender.domain, "localhost") &&
           text::iequals(localpart.substr(0, localpart.find('+')), account_name);
  }

  // A program under test writes as whom it likes.
  bool may_write_as(store::AccountId account, const smtp::Path&) const override {
    return account == account_;
  }

private:
  store::AccountId account_;
};

} // namespace

Result<store::AccountId> make_account(store::Txn& txn, std::string_view name,
                                      std::string_view login_name, std::string secret,
                                      std::int64_t now) {
  MOX_TRY_ASSIGN(account, txn.create_account(name));
  MOX_TRY(txn.add_login(account, login_name));
  store::Credential credential;
  credential.name = "password";
  credential.secret = std::move(secret);
  credential.created = now;
  MOX_TRY(txn.set_credential(account, std::move(credential)));
  for (const auto& mailbox : initial_mailboxes) {
    MOX_TRY(txn.create_mailbox(account, mailbox.name, static_cast<std::uint8_t>(mailbox.use)));
    MOX_TRY(txn.subscribe(account, mailbox.name));
  }
  return account;
}

Result<store::AccountId> open_account(store::Store& store, const Clock& clock, Random& random) {
  if (const auto account = store.read().find_account(account_name)) return *account;
  MOX_TRY_ASSIGN(verifiers, sasl::make_verifiers(password, random));
  const auto now = unix_seconds(clock.wall());
  auto make = [secret = login::to_secret(verifiers), now](store::Txn& txn) {
    return make_account(txn, account_name, login, secret, now);
  };
  return store.write_blocking<store::AccountId>(std::move(make));
}

std::shared_ptr<const delivery::Directory> any_address(store::AccountId account) {
  return std::make_shared<AnyAddress>(account);
}

} // namespace mox::localserve
