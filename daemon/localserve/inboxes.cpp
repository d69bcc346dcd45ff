#include "localserve/inboxes.h"

#include "localserve/account.h"
#include "login/login.h"
#include "login/secret.h"
#include "sasl/verifiers.h"
#include "store/txn.h"
#include "text/secret.h"

#include <fmt/format.h>

#include <utility>

namespace mox::localserve {

namespace {

class OwnInboxes final : public delivery::Directory {
public:
  explicit OwnInboxes(store::AccountId account) : account_(account) {}

  delivery::Lookup find(const smtp::Path&) const override { return inbox_of(account_); }

  delivery::Lookup find_submitted(store::AccountId account, const smtp::Path&) const override {
    return inbox_of(account);
  }

  bool may_send_as(store::AccountId, const smtp::Path&) const override { return true; }

private:
  static delivery::Lookup inbox_of(store::AccountId account) {
    return {.kind = delivery::Lookup::Kind::found,
            .destinations = {{.account = account, .mailbox = "Inbox"}}};
  }

  store::AccountId account_;
};

Result<std::string> login_of(std::string_view user) {
  std::string address(user);
  if (!address.contains('@')) address += "@localhost";
  auto canonical = login::canonical_login(address);
  if (canonical.empty())
    return failure(ErrorKind::invalid,
                   fmt::format("\"{}\" cannot be a user name; take an address, or the part of one "
                               "before the @",
                               user));
  return canonical;
}

} // namespace

std::shared_ptr<const delivery::Directory> own_inboxes(store::AccountId account) {
  return std::make_shared<OwnInboxes>(account);
}

Inboxes::Inboxes(Unknown unknown, const Clock& clock, Random& random)
    : unknown_(unknown), clock_(clock), random_(random) {}

async::Task<Result<store::AccountId>> Inboxes::find(std::string user) {
  MOX_CO_TRY_ASSIGN(name, login_of(user));
  if (const auto known = store_->read().find_login(name)) co_return *known;
  if (unknown_ == Unknown::refused)
    co_return failure(ErrorKind::not_found, fmt::format("nobody is called {} here", name));
  co_return co_await make(std::move(name));
}

async::Task<Result<std::string>> Inboxes::welcome(std::string_view user,
                                                  std::optional<std::string_view> given) {
  MOX_CO_TRY_ASSIGN(name, login_of(user));
  const auto known = store_->read().find_login(name);
  const bool right = !given || text::equal_constant_time(*given, password);
  if (!known && (!right || unknown_ == Unknown::refused))
    co_return failure(ErrorKind::not_found, "there is no such user");
  if (!known) {
    MOX_CO_TRY(co_await make(name));
  }
  co_return name;
}

async::Task<Result<store::AccountId>> Inboxes::make(std::string name) {
  auto hash = [this] { return sasl::make_verifiers(password, random_); };
  auto verifiers = co_await async::run_blocking(pool_, std::move(hash));
  if (!verifiers) co_return std::unexpected(std::move(verifiers).error());
  const auto now = unix_seconds(clock_.wall());
  auto change = [name, secret = login::to_secret(*verifiers),
                 now](store::Txn& txn) -> Result<store::AccountId> {
    // Another session may have been quicker.
    if (const auto known = txn.snapshot().find_login(name)) return *known;
    if (txn.snapshot().accounts().size() >= most)
      return failure(ErrorKind::full, fmt::format("there may be {} inboxes", most));
    return make_account(txn, name, name, secret, now);
  };
  co_return co_await store_->write<store::AccountId>(std::move(change));
}

} // namespace mox::localserve
