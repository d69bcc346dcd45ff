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

private:
  store::AccountId account_;
};

Result<store::AccountId> make_account(store::Txn& txn, const std::string& verifier,
                                      std::int64_t now) {
  MOX_TRY_ASSIGN(account, txn.create_account(account_name));
  MOX_TRY(txn.add_login(account, login));
  store::Credential credential;
  credential.name = "password";
  credential.secret = verifier;
  credential.created = now;
  MOX_TRY(txn.set_credential(account, std::move(credential)));
  for (const auto& mailbox : initial_mailboxes) {
    MOX_TRY(txn.create_mailbox(account, mailbox.name, static_cast<std::uint8_t>(mailbox.use)));
    MOX_TRY(txn.subscribe(account, mailbox.name));
  }
  return account;
}

} // namespace

Result<lifecycle::People> open_account(store::Store& store, const Clock& clock, Random& random) {
  auto account = store.read().find_account(account_name);
  if (!account) {
    MOX_TRY_ASSIGN(verifiers, sasl::make_verifiers(password, random));
    const auto now = unix_seconds(clock.wall());
    auto make = [verifier = login::to_secret(verifiers), now](store::Txn& txn) {
      return make_account(txn, verifier, now);
    };
    MOX_TRY_ASSIGN(made, store.write_blocking<store::AccountId>(std::move(make)));
    account = made;
  }
  return lifecycle::People{.directory = std::make_shared<AnyAddress>(*account),
                           .users = std::make_shared<login::StoreUsers>(store)};
}

} // namespace mox::localserve
