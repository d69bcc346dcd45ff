// Things of the configuration by the names that an administrator gives, with errors for people.
#pragma once

#include "address/address.h"
#include "admin/operation.h"

namespace mox::admin {

struct FoundAccount {
  std::string name;
  store::AccountId id{};
  const config::Account* settings = nullptr; // of `domains`
  std::shared_ptr<const config::Domains> domains;
};

Result<FoundAccount> find_account(const Place& place, std::string_view name);

// With the text in the error.
Result<address::Address> parse_address(std::string_view text);
Result<dns::Name> parse_domain(std::string_view text);

// ErrorKind::exists when a new account cannot have the name: domains.toml has it, or the store
// still has mail of one that was taken out of there by hand, which would be the new one's.
Result<> check_free(const Place& place, std::string_view account);

// The key of domains.toml under which `text`, an address or "@domain", stands or would stand.
Result<std::string> destination_key(std::string_view text);

// Of a name that an administrator gives to a password or a key: it stands in lists, one a line.
Result<> check_label(std::string_view name);

struct FoundDestination {
  std::string account;
  std::string key; // as it is written in the file
};

// Whose destination `text` is, as written and in canonical form.
Result<FoundDestination> find_destination(const Place& place, std::string_view text);

struct FoundAlias {
  std::string domain; // as it is written in the file: with U-labels
  std::string localpart;
  const config::Alias* settings = nullptr; // null when there is none
  std::shared_ptr<const config::Domains> domains;
};

// The alias that `text` names, or would name; its domain exists.
Result<FoundAlias> find_alias(const Place& place, std::string_view text);
// The same, and it exists.
Result<FoundAlias> existing_alias(const Place& place, std::string_view text);

// As domains.toml has it; not_found when it is none of ours.
Result<std::string> find_domain(const Place& place, std::string_view text);

} // namespace mox::admin
