// Which addresses the Unix users of this host may send as. Pure.
#pragma once

#include "address/address.h"
#include "dns/name.h"
#include "localusers/user.h"
#include "smtp/path.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mox::localusers {

class Senders {
public:
  // Addresses by a user's name.
  using Mapped = std::map<std::string, std::vector<address::Address>, std::less<>>;

  // Everybody has an address at `hostname`; `mapped` has further ones.
  Senders(dns::Name hostname, Mapped mapped);

  // Root may use any. Others may use their own, and those that are mapped to them, just as they
  // are written there: names of users have a case. `address` is not null.
  bool may_use(const User& user, const smtp::Path& address) const;
  // "www-data@mx.example"
  smtp::Path own_address(const User& user) const;
  bool is_own(const User& user, const smtp::Path& address) const;
  // For people: what the user may use.
  std::string allowed(const User& user) const;

  const dns::Name& hostname() const { return hostname_; }

private:
  const std::vector<address::Address>& mapped_for(const User& user) const;

  dns::Name hostname_;
  Mapped mapped_;
};

} // namespace mox::localusers
