#include "login/users.h"

#include "login/login.h"
#include "store/snapshot.h"
#include "store/store.h"

#include <utility>

namespace mox::login {

std::optional<User> StoreUsers::find(std::string_view login) const {
  auto canonical = canonical_login(login);
  const auto account = store_.read().find_login(canonical);
  if (!account) return std::nullopt;
  return User{.account = *account,
              .login = std::move(canonical),
              .disabled = {},
              .hidden_capabilities = {}};
}

} // namespace mox::login
