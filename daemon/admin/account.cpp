// Accounts: who is there, and who may log in.
#include "admin/families.h"
#include "admin/find.h"
#include "admin/values.h"
#include "config/canonical.h"
#include "json/writer.h"
#include "store/txn.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::admin {

namespace {

constexpr std::size_t longest_reason = 256;

Result<> check_reason(std::string_view reason) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!reason.empty() && reason.size() <= longest_reason && std::ranges::all_of(reason, printable))
    return ok();
  return failure(
      ErrorKind::invalid,
      fmt::format("the reason must be 1 to {} printable ASCII characters", longest_reason));
}

} // namespace

Result<std::string> account_list(Place& place, const Parameters& given, std::string_view) {
  const auto domains = place.configuration.domains();
  if (given.given("--json")) {
    json::Writer writer;
    writer.array();
    for (const auto& [name, account] : domains->accounts) {
      writer.object().member("name", name);
      writer.member("disabled", !account.login_disabled.empty());
      writer.member("domain", account.domain.unicode()).end();
    }
    writer.end();
    return std::move(writer).text() + "\n";
  }
  std::string text;
  for (const auto& [name, account] : domains->accounts)
    text += fmt::format("{}{}\n", name, account.login_disabled.empty() ? "" : "\t(disabled)");
  return text;
}

Result<std::string> account_addresses(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  std::string text;
  json::Writer writer;
  writer.array();
  for (const auto& [key, destination] : account.settings->destinations) {
    text += key + "\n";
    writer.value(key);
  }
  writer.end();
  return given.given("--json") ? std::move(writer).text() + "\n" : text;
}

Result<std::string> account_add(Place& place, const Parameters& given, std::string_view) {
  const auto& name = given[0];
  MOX_TRY(check_free(place, name));
  MOX_TRY_ASSIGN(key, destination_key(given[1]));
  const auto domain = config::parse_destination(key).domain.unicode();
  MOX_TRY(place.configuration.change([&](toml::Editor& editor) {
    toml::Table destinations;
    add_member(destinations, key, table_value({}));
    toml::Table table;
    add_member(table, "domain", text_value(domain));
    add_member(table, "destinations", table_value(std::move(destinations)));
    return editor.add_table(account_path(name), table);
  }));
  return fmt::format("account {} added; set a password with: mox setaccountpassword {}\n", name,
                     name);
}

// Also of one that domains.toml has no longer: taken out by hand, or by a removal that was cut off
// between the file and the store.
Result<std::string> account_rm(Place& place, const Parameters& given, std::string_view) {
  const auto& name = given[0];
  const auto id = place.store.read().find_account(name);
  const bool configured = place.configuration.domains()->accounts.contains(name);
  if (!id && !configured) return std::unexpected(find_account(place, name).error());
  if (place.configuration.host()->postmaster.account == name)
    return failure(ErrorKind::refused,
                   fmt::format("{} is the postmaster's account; name another in {} first", name,
                               place.configuration.files().host.native()));
  if (configured)
    MOX_TRY(place.configuration.change(
        [&](toml::Editor& editor) { return editor.remove(account_path(name)); }));
  if (id)
    MOX_TRY(
        place.store.write_blocking<void>([&](store::Txn& txn) { return txn.retire_account(*id); }));
  return fmt::format("account {} removed; its mail is deleted for good after a week\n", name);
}

Result<std::string> account_disable(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  MOX_TRY(check_reason(given[1]));
  auto path = account_path(account.name);
  path.emplace_back("login-disabled");
  MOX_TRY(place.configuration.change(
      [&](toml::Editor& editor) { return editor.set(path, text_value(given[1])); }));
  return std::string();
}

Result<std::string> account_enable(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(account, find_account(place, given[0]));
  if (account.settings->login_disabled.empty()) return std::string();
  auto path = account_path(account.name);
  path.emplace_back("login-disabled");
  MOX_TRY(place.configuration.change([&](toml::Editor& editor) { return editor.remove(path); }));
  return std::string();
}

} // namespace mox::admin
