#include "accounts/accounts.h"

#include "accounts/sync.h"
#include "address/address.h"
#include "dkimsign/signings.h"
#include "dns/name.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

namespace mox::accounts {

namespace {

constexpr std::string_view temporary_code = "421";
constexpr std::size_t code_size = 3;

// What the owner of an address has us say instead of taking mail: a code, and perhaps a text.
delivery::Lookup refused(std::string_view smtp_error) {
  const bool temporary = smtp_error.starts_with(temporary_code);
  auto text = smtp_error.substr(std::min(smtp_error.size(), code_size));
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (text.empty()) text = temporary ? "error processing" : "no such user(s)";
  return {
      .kind = delivery::Lookup::Kind::refused, .temporary = temporary, .text = std::string(text)};
}

delivery::Lookup::Kind kind_of(config::NoAddress why) {
  using enum delivery::Lookup::Kind;
  switch (why) {
  case config::NoAddress::unknown_domain: return unknown_domain;
  case config::NoAddress::domain_disabled: return disabled;
  case config::NoAddress::unknown_user: return unknown_user;
  }
  std::unreachable();
}

struct Split {
  address::Localpart localpart;
  dns::Name domain;
};

// A path of SMTP; an empty domain is that of postmaster. Nothing for one with an address literal.
std::optional<Split> split(const smtp::Path& path) {
  Split parts{.localpart = {path.localpart}, .domain = {}};
  if (path.domain.empty()) return parts;
  auto domain = dns::parse_name(path.domain, {.underscore = true, .trailing_dot = false});
  if (!domain) return std::nullopt;
  parts.domain = *std::move(domain);
  return parts;
}

using Signings = std::unordered_map<dns::Name, std::vector<dkim::Signing>>;

Result<Signings> read_signings(const config::Domains& domains, dkimsign::KeyFiles& keys) {
  Signings all;
  for (const auto& [name, domain] : domains.domains) {
    if (domain.dkim.sign.empty()) continue;
    MOX_TRY_ASSIGN(signings, dkimsign::read_signings(name, domain.dkim, keys));
    all.emplace(name, std::move(signings));
  }
  return all;
}

} // namespace

struct Accounts::Table {
  Table(std::shared_ptr<const config::AddressBook> addresses, Ids accounts, Signings keys)
      : book(std::move(addresses)), ids(std::move(accounts)), signings(std::move(keys)) {
    for (const auto& [name, id] : ids) names.emplace(id, name);
  }

  std::shared_ptr<const config::AddressBook> book;
  Ids ids;
  Signings signings;
  std::unordered_map<store::AccountId, std::string_view> names;

  std::optional<delivery::Destination> destination(const config::AccountAddress& address) const;
};

std::optional<delivery::Destination>
Accounts::Table::destination(const config::AccountAddress& address) const {
  const auto id = ids.find(std::string(address.account));
  if (id == ids.end()) return std::nullopt;
  return delivery::Destination{.account = id->second, .mailbox = address.destination->mailbox};
}

Accounts::Accounts(store::Store& store) : store_(store) {}

Accounts::~Accounts() = default;

Result<> Accounts::use(std::shared_ptr<const config::Static> host,
                       std::shared_ptr<const config::Domains> domains) {
  MOX_TRY_ASSIGN(signings, read_signings(*domains, keys_));
  keys_.forget_others();
  MOX_TRY_ASSIGN(ids, sync(store_, *host, *domains));
  auto book = std::make_shared<const config::AddressBook>(std::move(host), std::move(domains));
  auto made = std::make_shared<const Table>(std::move(book), std::move(ids), std::move(signings));
  const std::scoped_lock lock(mutex_);
  table_ = std::move(made);
  return ok();
}

std::shared_ptr<const Accounts::Table> Accounts::table() const {
  const std::scoped_lock lock(mutex_);
  return table_;
}

std::shared_ptr<const config::AddressBook> Accounts::book() const {
  const auto now = table();
  return now ? now->book : nullptr;
}

std::optional<store::AccountId> Accounts::id_of(std::string_view account) const {
  const auto now = table();
  if (!now) return std::nullopt;
  const auto found = now->ids.find(std::string(account));
  if (found == now->ids.end()) return std::nullopt;
  return found->second;
}

std::vector<dkim::Signing> Accounts::signings_of(const dns::Name& domain) const {
  const auto now = table();
  if (!now) return {};
  const auto found = now->signings.find(domain);
  return found == now->signings.end() ? std::vector<dkim::Signing>() : found->second;
}

delivery::Lookup Accounts::find(const smtp::Path& recipient) const {
  const auto now = table();
  const auto parts = split(recipient);
  if (!now || !parts) return {.kind = delivery::Lookup::Kind::unknown_domain};
  const auto found = now->book->find(parts->localpart, parts->domain);
  if (const auto* none = std::get_if<config::NoAddress>(&found)) return {.kind = kind_of(*none)};
  delivery::Lookup lookup{.kind = delivery::Lookup::Kind::found};
  const auto add = [&](const config::AccountAddress& address) {
    if (auto destination = now->destination(address))
      lookup.destinations.push_back(*std::move(destination));
  };
  if (const auto* account = std::get_if<config::AccountAddress>(&found)) {
    if (!account->destination->smtp_error.empty()) return refused(account->destination->smtp_error);
    add(*account);
  } else {
    lookup.alias = true;
    for (const auto& member : *std::get<config::AliasAddress>(found).members) add(member);
  }
  if (lookup.destinations.empty()) lookup.kind = delivery::Lookup::Kind::unknown_user;
  return lookup;
}

bool Accounts::may_post(const smtp::Path& alias, std::string_view from) const {
  const auto now = table();
  const auto parts = split(alias);
  if (!now || !parts) return false;
  const auto found = now->book->find(parts->localpart, parts->domain);
  const auto* list = std::get_if<config::AliasAddress>(&found);
  if (list == nullptr) return true; // it was one when the recipient was named
  if (list->alias->post_public) return true;
  const auto sender = address::parse_address(from);
  if (!sender) return false;
  const auto who = now->book->find(sender->localpart, sender->domain);
  if (const auto* same = std::get_if<config::AliasAddress>(&who))
    return same->alias == list->alias && list->alias->allow_msg_from;
  const auto* account = std::get_if<config::AccountAddress>(&who);
  return account != nullptr &&
         std::ranges::any_of(*list->members, [&](const config::AccountAddress& member) {
           return member.address == account->address;
         });
}

bool Accounts::may_send_as(store::AccountId account, const smtp::Path& sender) const {
  const auto now = table();
  const auto parts = split(sender);
  if (!now || !parts) return false;
  const auto name = now->names.find(account);
  if (name == now->names.end()) return false;
  return now->book->may_send_as(name->second, parts->localpart, parts->domain) ==
         config::MaySend::yes;
}

std::optional<login::User> Accounts::find(std::string_view login) const {
  const auto now = table();
  const auto address = address::parse_address(login);
  if (!now || !address) return std::nullopt;
  const auto found = now->book->find_login(address->localpart, address->domain);
  if (!found) return std::nullopt;
  const auto id = now->ids.find(std::string(found->account));
  if (id == now->ids.end()) return std::nullopt;
  const auto& accounts = now->book->domains().accounts;
  const auto settings = accounts.find(found->account);
  login::User user{.account = id->second,
                   .login = std::string(found->address),
                   .disabled = {},
                   .hidden_capabilities = {}};
  if (settings == accounts.end()) return user;
  user.disabled = settings->second.login_disabled;
  user.hidden_capabilities = settings->second.imap_capabilities_disabled;
  return user;
}

} // namespace mox::accounts
