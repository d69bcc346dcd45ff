#include "config/lookup.h"

#include "config/canonical.h"

#include <algorithm>
#include <utility>

namespace mox::config {

namespace {

constexpr std::string_view administrator = "root";

} // namespace

Recipient AddressBook::Entry::recipient() const {
  if (alias != nullptr)
    return AliasAddress{.alias = alias, .address = address, .members = &members};
  return AccountAddress{.account = account, .destination = destination, .address = address};
}

const AddressBook::Entry*
AddressBook::DomainEntry::find(const std::optional<address::Localpart>& canonical) const {
  if (canonical)
    if (const auto entry = entries.find(canonical->value); entry != entries.end())
      return &entry->second;
  return catchall ? &*catchall : nullptr;
}

AddressBook::AddressBook(std::shared_ptr<const Static> host, std::shared_ptr<const Domains> domains)
    : host_(std::move(host)), domains_(std::move(domains)),
      postmaster_destination_{.mailbox = host_->postmaster.mailbox},
      postmaster_{.account = host_->postmaster.account,
                  .destination = &postmaster_destination_,
                  .address = "postmaster"} {
  host_names_.push_back(host_->hostname);
  for (const auto& [name, listener] : host_->listeners)
    if (listener.smtp.enabled) host_names_.push_back(listener.hostname);
  entries_.reserve(domains_->domains.size());
  for (const auto& [name, domain] : domains_->domains)
    entries_.emplace(name, DomainEntry{.config = &domain});
  for (const auto& [name, account] : domains_->accounts) add_account(name, account);
  for (const auto& [name, domain] : domains_->domains)
    for (const auto& [localpart, alias] : domain.aliases)
      add_alias(entries_.at(name), name, localpart, alias);
}

void AddressBook::add_account(std::string_view name, const Account& account) {
  for (const auto& [key, destination] : account.destinations) {
    const auto [localpart, domain] = parse_destination(key);
    auto& entry = entries_.at(domain);
    if (!localpart) {
      entry.catchall.emplace(
          Entry{.address = '@' + domain.ascii(), .account = name, .destination = &destination});
      continue;
    }
    const auto wanted = canonical(*localpart, *entry.config);
    if (!wanted) continue; // has been refused
    entry.entries.emplace(wanted->value,
                          Entry{.address = to_string(address::Address{*wanted, domain}),
                                .account = name,
                                .destination = &destination});
  }
}

void AddressBook::add_alias(DomainEntry& domain, const dns::Name& name, std::string_view localpart,
                            const Alias& alias) {
  const auto wanted = canonical(address::parse_localpart(localpart).value(), *domain.config);
  if (!wanted) return; // has been refused
  Entry entry{.address = to_string(address::Address{*wanted, name}), .alias = &alias};
  for (const auto& member : alias.addresses) {
    const auto* found = entry_of(member.localpart, member.domain);
    if (found == nullptr || found->alias != nullptr) continue; // has been refused
    entry.members.push_back(std::get<AccountAddress>(found->recipient()));
  }
  domain.entries.emplace(wanted->value, std::move(entry));
}

const AddressBook::Entry* AddressBook::entry_of(const address::Localpart& localpart,
                                                const dns::Name& domain) const {
  const auto found = entries_.find(domain);
  if (found == entries_.end()) return nullptr;
  return found->second.find(canonical(localpart, *found->second.config));
}

bool AddressBook::is_host(const dns::Name& domain) const {
  return domain.empty() || std::ranges::find(host_names_, domain) != host_names_.end();
}

Recipient AddressBook::find(const address::Localpart& localpart, const dns::Name& domain) const {
  if (localpart.is_postmaster() && is_host(domain)) return postmaster_;
  const auto found = find_configured(localpart, domain);
  const auto* none = std::get_if<NoAddress>(&found);
  if (none == nullptr || *none == NoAddress::domain_disabled || !is_host(domain)) return found;
  return find_host_user(localpart);
}

Recipient AddressBook::find_host_user(const address::Localpart& localpart) const {
  if (const auto mapped = host_->local_submission.find(localpart.value);
      mapped != host_->local_submission.end()) {
    for (const auto& address : mapped->second) {
      const auto found = find_configured(address.localpart, address.domain);
      if (!std::holds_alternative<NoAddress>(found)) return found;
    }
  }
  if (localpart.value == administrator) return postmaster_;
  return NoAddress::unknown_user;
}

Recipient AddressBook::find_configured(const address::Localpart& localpart,
                                       const dns::Name& domain) const {
  const auto found = entries_.find(domain);
  if (found == entries_.end()) return NoAddress::unknown_domain;
  if (found->second.config->disabled) return NoAddress::domain_disabled;
  const auto wanted = canonical(localpart, *found->second.config);
  if (const auto* entry = found->second.find(wanted)) return entry->recipient();
  if (wanted && wanted->is_postmaster()) return postmaster_;
  return NoAddress::unknown_user;
}

std::optional<AccountAddress> AddressBook::find_login(const address::Localpart& localpart,
                                                      const dns::Name& domain) const {
  if (localpart.is_postmaster() && is_host(domain)) return std::nullopt;
  const auto* entry = entry_of(localpart, domain);
  if (entry == nullptr || entry->alias != nullptr) return std::nullopt;
  return std::get<AccountAddress>(entry->recipient());
}

MaySend AddressBook::may_send_as(std::string_view account, const address::Localpart& localpart,
                                 const dns::Name& domain) const {
  const auto is_own = [&](const AccountAddress& address) { return address.account == account; };
  const auto found = find(localpart, domain);
  bool may = false;
  if (const auto* own = std::get_if<AccountAddress>(&found)) may = is_own(*own);
  if (const auto* alias = std::get_if<AliasAddress>(&found))
    may = alias->alias->allow_msg_from && std::ranges::any_of(*alias->members, is_own);
  const auto* none = std::get_if<NoAddress>(&found);
  if (none != nullptr && *none == NoAddress::domain_disabled) return MaySend::domain_disabled;
  return may ? MaySend::yes : MaySend::no;
}

} // namespace mox::config
