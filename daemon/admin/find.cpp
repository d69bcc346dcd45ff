#include "admin/find.h"

#include "config/canonical.h"

#include <fmt/format.h>

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

Result<std::string> destination_key(std::string_view text) {
  if (text.starts_with('@')) {
    MOX_TRY_ASSIGN(domain, dns::parse_name(text.substr(1)));
    return "@" + domain.unicode();
  }
  MOX_TRY_ASSIGN(address, address::parse_address(text));
  return address::to_unicode(address);
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
  MOX_TRY_ASSIGN(name, dns::parse_name(text));
  if (!place.configuration.domains()->domains.contains(name))
    return failure(ErrorKind::not_found,
                   fmt::format("{} is not one of the configured domains", name.unicode()));
  return name.unicode();
}

Result<FoundAlias> find_alias(const Place& place, std::string_view text) {
  MOX_TRY_ASSIGN(address, address::parse_address(text));
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
