// Whose login an address is.
#pragma once

#include "store/types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::store {
class Store;
}

namespace mox::login {

// An account as its user comes to it.
struct User {
  store::AccountId account{};
  std::string login; // canonical address
  // Why it may not be used, in its administrator's words; empty: it may.
  std::string disabled;
  // Of IMAP, that its programs are not told of.
  std::vector<std::string> hidden_capabilities;
};

// Safe to ask from any thread; answers at once.
class Users {
public:
  virtual ~Users() = default;
  // `login` as the user wrote it, in normal form C.
  virtual std::optional<User> find(std::string_view login) const = 0;
};

// Those whose logins stand in the store.
class StoreUsers final : public Users {
public:
  explicit StoreUsers(const store::Store& store) : store_(store) {}

  std::optional<User> find(std::string_view login) const override;

private:
  const store::Store& store_;
};

} // namespace mox::login
