#include "admin/find.h"

#include "config/canonical.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::admin {

Result<FoundAccount> find_account(const Place& place, std::string_view name) {
  auto domains = place.configuration.domains();
  const auto found = domains->accounts.find(name);
  const auto id = place.accounts.id_of(name);
  if (found == domains->accounts.end() || !id)
    return failure(
        ErrorKind::not_found,
        fmt::format("there is no account {:?}; \"config account list\" names all", name));
  return FoundAccount{.name = std::string(name),
                      .id = *id,
                      .settings = &found->second,
                      .domains = std::move(domains)};
}

namespace {

std::unexpected<Error> wrong(std::string_view text, const Error& error) {
  return failure(error.kind, fmt::format("{:?}: {}", text, error.text));
}

} // namespace

Result<address::Address> parse_address(std::string_view text) {
  auto address = address::parse_address(text);
  if (!address) return wrong(text, address.error());
  return *std::move(address);
}

Result<dns::Name> parse_domain(std::string_view text) {
  auto name = dns::parse_name(text);
  if (!name) return wrong(text, name.error());
  return *std::move(name);
}

Result<> check_free(const Place& place, std::string_view account) {
  if (place.configuration.domains()->accounts.contains(account))
    return failure(ErrorKind::exists, fmt::format("there is an account {:?} already", account));
  if (place.store.read().find_account(account))
    return failure(ErrorKind::exists,
                   fmt::format("there is mail of an account {:?} that domains.toml no longer has; "
                               "\"config account rm {}\" deletes it",
                               account, account));
  return ok();
}

Result<std::string> destination_key(std::string_view text) {
  if (text.starts_with('@')) {
    MOX_TRY_ASSIGN(domain, parse_domain(text.substr(1)));
    return "@" + domain.unicode();
  }
  MOX_TRY_ASSIGN(address, parse_address(text));
  return address::to_unicode(address);
}

Result<> check_label(std::string_view name) {
  constexpr std::size_t longest = 100;
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (!name.empty() && name.size() <= longest && std::ranges::none_of(name, is_control))
    return ok();
  return failure(ErrorKind::invalid,
                 fmt::format("a name has 1 to {} bytes and no control characters, unlike {:?}",
                             longest, name));
}

Result<FoundDestination> find_destination(const Place& place, std::string_view text) {
  MOX_TRY_ASSIGN(key, destination_key(text));
  const auto domains = place.configuration.domains();
  const auto canonical_of = [&](const std::string& written) -> std::string {
    const auto name = config::parse_destination(written);
    if (!name.localpart) return written;
    const auto domain = domains->domains.find(name.domain);
    if (domain == domains->domains.end()) return written;
    const auto canonical = config::canonical(*name.localpart, domain->second);
    if (!canonical) return written;
    return address::to_unicode({.localpart = *canonical, .domain = name.domain});
  };
  const auto wanted = canonical_of(key);
  for (const auto& [account, settings] : domains->accounts)
    for (const auto& [written, destination] : settings.destinations)
      if (written == key || canonical_of(written) == wanted)
        return FoundDestination{.account = account, .key = written};
  return failure(
      ErrorKind::not_found,
      fmt::format("no account has the address {}; see \"config account addresses\"", key));
}

Result<std::string> find_domain(const Place& place, std::string_view text) {
  MOX_TRY_ASSIGN(name, parse_domain(text));
  if (!place.configuration.domains()->domains.contains(name))
    return failure(ErrorKind::not_found,
                   fmt::format("{} is not one of the configured domains", name.unicode()));
  return name.unicode();
}

Result<FoundAlias> find_alias(const Place& place, std::string_view text) {
  MOX_TRY_ASSIGN(address, parse_address(text));
  auto domains = place.configuration.domains();
  const auto domain = domains->domains.find(address.domain);
  if (domain == domains->domains.end())
    return failure(ErrorKind::not_found, fmt::format("{} is not one of the configured domains",
                                                     address.domain.unicode()));
  FoundAlias found{.domain = address.domain.unicode(),
                   .localpart = address::to_string(address.localpart),
                   .settings = nullptr,
                   .domains = domains};
  const auto wanted = config::canonical(address.localpart, domain->second);
  for (const auto& [localpart, alias] : domain->second.aliases) {
    const auto parsed = address::parse_localpart(localpart);
    if (localpart != found.localpart &&
        (!parsed || !wanted || config::canonical(*parsed, domain->second) != wanted))
      continue;
    found.localpart = localpart;
    found.settings = &alias;
  }
  return found;
}

Result<FoundAlias> existing_alias(const Place& place, std::string_view text) {
  MOX_TRY_ASSIGN(found, find_alias(place, text));
  if (found.settings == nullptr)
    return failure(ErrorKind::not_found,
                   fmt::format("there is no alias {}@{}; \"config alias list {}\" names all",
                               found.localpart, found.domain, found.domain));
  return found;
}

} // namespace mox::admin
