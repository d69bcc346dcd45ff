// Who an address belongs to: the addresses of the configuration, prepared for finding them. Pure.
#pragma once

#include "address/address.h"
#include "config/domains.h"
#include "config/static.h"
#include "dns/name.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace mox::config {

// Why an address is not one of ours.
enum class NoAddress : std::uint8_t {
  unknown_domain,
  domain_disabled,
  unknown_user, // of a domain of ours
};

struct AccountAddress {
  std::string_view account;
  const Destination* destination = nullptr;
  // In its canonical form: "mjl@example.org"; "@example.org" where the domain's catchall has it;
  // "postmaster" where the host's postmaster has it.
  std::string_view address;
};

struct AliasAddress {
  const Alias* alias = nullptr;
  std::string_view address;
  // In the order of the file; an account is there once for each of its addresses.
  const std::vector<AccountAddress>* members = nullptr;
};

using Recipient = std::variant<AccountAddress, AliasAddress, NoAddress>;

enum class MaySend : std::uint8_t { yes, no, domain_disabled };

// Immutable; may be shared by threads. Results are views of it.
class AddressBook {
public:
  AddressBook(std::shared_ptr<const Static> host, std::shared_ptr<const Domains> domains);

  AddressBook(const AddressBook&) = delete;
  AddressBook& operator=(const AddressBook&) = delete;

  // Who gets mail to it. An empty domain is that of `postmaster` alone. At a host name, an address
  // that is not configured may be that of a Unix user of the host: mail to a user of
  // local-submission goes to the first of its addresses that is ours, mail to root to the host's
  // postmaster.
  Recipient find(const address::Localpart& localpart, const dns::Name& domain) const;

  // Whose login it is: that of a disabled domain too, but no alias, and nobody's for being
  // postmaster.
  std::optional<AccountAddress> find_login(const address::Localpart& localpart,
                                           const dns::Name& domain) const;

  // Whether the account may use it in From: it is its own, or an alias's of which it is a member
  // and that allows it.
  MaySend may_send_as(std::string_view account, const address::Localpart& localpart,
                      const dns::Name& domain) const;

  const Static& host() const { return *host_; }

  const Domains& domains() const { return *domains_; }

private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  struct Entry {
    std::string address;
    std::string_view account;                 // of an account's address
    const Destination* destination = nullptr; // the same
    const Alias* alias = nullptr;             // of an alias's
    std::vector<AccountAddress> members = {}; // the same

    Recipient recipient() const;
  };

  struct DomainEntry {
    const Domain* config = nullptr;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries = {}; // by localpart
    std::optional<Entry> catchall = {};

    // `canonical` is what the domain's rules make of a localpart.
    const Entry* find(const std::optional<address::Localpart>& canonical) const;
  };

  bool is_host(const dns::Name& domain) const;
  // Of domains.toml, or the postmaster of one of its domains.
  Recipient find_configured(const address::Localpart& localpart, const dns::Name& domain) const;
  Recipient find_host_user(const address::Localpart& localpart) const;
  const Entry* entry_of(const address::Localpart& localpart, const dns::Name& domain) const;
  void add_account(std::string_view name, const Account& account);
  void add_alias(DomainEntry& domain, const dns::Name& name, std::string_view localpart,
                 const Alias& alias);

  std::shared_ptr<const Static> host_;
  std::shared_ptr<const Domains> domains_;
  std::vector<dns::Name> host_names_;
  Destination postmaster_destination_;
  AccountAddress postmaster_;
  std::unordered_map<dns::Name, DomainEntry> entries_;
};

} // namespace mox::config
