// Addresses of accounts.
#include "admin/families.h"
#include "admin/find.h"
#include "admin/values.h"

#include <fmt/format.h>

namespace mox::admin {

Result<std::string> address_add(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(key, destination_key(given[0]));
  MOX_TRY_ASSIGN(account, find_account(place, given[1]));
  if (const auto taken = find_destination(place, given[0]))
    return failure(ErrorKind::exists,
                   fmt::format("{} is an address of {} already", key, taken->account));
  auto path = account_path(account.name);
  path.insert(path.end(), {"destinations", key});
  MOX_TRY(
      place.configuration.change([&](toml::Editor& editor) { return editor.add_table(path, {}); }));
  return std::string();
}

Result<std::string> address_rm(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(found, find_destination(place, given[0]));
  auto path = account_path(found.account);
  path.insert(path.end(), {"destinations", found.key});
  MOX_TRY(place.configuration.change([&](toml::Editor& editor) { return editor.remove(path); }));
  return std::string();
}

Result<std::string> address_account(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(found, find_destination(place, given[0]));
  return found.account + "\n";
}

} // namespace mox::admin
