// Domains that this server takes mail for.
#include "admin/families.h"
#include "admin/find.h"
#include "admin/values.h"

#include <fmt/format.h>

namespace mox::admin {

namespace {

Result<std::string> switch_domain(Place& place, const Parameters& given, bool disabled) {
  MOX_TRY_ASSIGN(domain, find_domain(place, given[0]));
  auto path = domain_path(domain);
  path.emplace_back("disabled");
  MOX_TRY(place.configuration.change(
      [&](toml::Editor& editor) { return editor.set(path, flag_value(disabled)); }));
  return std::string();
}

// Puts `localpart`@`domain` into the account, which is made when it is not there.
std::expected<void, toml::Problem> add_address(toml::Editor& editor, const std::string& account,
                                               const std::string& key, const std::string& domain,
                                               bool account_is_new) {
  auto path = account_path(account);
  if (account_is_new) {
    toml::Table table;
    add_member(table, "domain", text_value(domain));
    if (auto added = editor.add_table(path, table); !added) return added;
  }
  path.insert(path.end(), {"destinations", key});
  return editor.add_table(path, {});
}

} // namespace

Result<std::string> domain_add(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(name, parse_domain(given[0]));
  const auto domain = name.unicode();
  const auto before = place.configuration.domains();
  if (before->domains.contains(name))
    return failure(ErrorKind::exists, fmt::format("{} is configured already", domain));
  const auto& account = given[1];
  const bool is_new = !before->accounts.contains(account);
  if (is_new && given.count() < 3)
    return failure(ErrorKind::invalid,
                   fmt::format("there is no account {:?}; to make it, name the localpart of its "
                               "address at {} too",
                               account, domain));
  if (is_new) MOX_TRY(check_free(place, account));
  MOX_TRY(
      place.configuration.change([&](toml::Editor& editor) -> std::expected<void, toml::Problem> {
        toml::Table table;
        if (given.given("--disabled")) add_member(table, "disabled", flag_value(true));
        add_member(table, "localpart-catchall-separator", text_value("+"));
        if (auto added = editor.add_table(domain_path(domain), table); !added) return added;
        const auto localpart = given.count() > 2 ? given[2] : std::string("postmaster");
        return add_address(editor, account, localpart + "@" + domain, domain, is_new);
      }));
  return fmt::format(
      "domain {} added{}\n", domain,
      is_new ? fmt::format("; set a password with: mox setaccountpassword {}", account) : "");
}

Result<std::string> domain_rm(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(domain, find_domain(place, given[0]));
  MOX_TRY(place.configuration.change(
      [&](toml::Editor& editor) { return editor.remove(domain_path(domain)); }));
  return std::string();
}

Result<std::string> domain_disable(Place& place, const Parameters& given, std::string_view) {
  return switch_domain(place, given, true);
}

Result<std::string> domain_enable(Place& place, const Parameters& given, std::string_view) {
  return switch_domain(place, given, false);
}

} // namespace mox::admin
