// The accounts of the configuration, as they stand in the store: who gets mail, may send and may
// log in. The configuration can be replaced while all these are asked.
#pragma once

#include "config/lookup.h"
#include "delivery/directory.h"
#include "dkimsign/key_files.h"
#include "login/users.h"
#include "result/result.h"
#include "signing/signers.h"
#include "store/store.h"

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace mox::accounts {

class Accounts final : public delivery::Directory, public login::Users, public signing::Signers {
public:
  // Knows nobody until use() is called.
  explicit Accounts(store::Store& store);
  ~Accounts() override;

  // From now on this is the configuration. Accounts that the store does not have are made, with
  // their mailboxes; quotas are set; the keys that domains sign with are read. Blocks; one call at
  // a time. After an error the one before stays in use.
  Result<> use(std::shared_ptr<const config::Static> host,
               std::shared_ptr<const config::Domains> domains);

  // Null before use().
  std::shared_ptr<const config::AddressBook> book() const;
  std::optional<store::AccountId> id_of(std::string_view account) const;

  delivery::Lookup find(const smtp::Path& recipient) const override;
  bool may_post(const smtp::Path& alias, std::string_view from) const override;
  bool may_send_as(store::AccountId account, const smtp::Path& sender) const override;
  std::optional<login::User> find(std::string_view login) const override;
  std::vector<dkim::Signing> signings_of(const dns::Name& domain) const override;

private:
  struct Table;
  std::shared_ptr<const Table> table() const;

  store::Store& store_;
  dkimsign::KeyFiles keys_; // in use() alone
  mutable std::mutex mutex_;
  std::shared_ptr<const Table> table_;
};

} // namespace mox::accounts
