#include "config/canonical.h"

#include "address/address.h"

#include <utility>

namespace mox::config {

std::optional<address::Localpart> canonical(const address::Localpart& localpart,
                                            const Domain& domain) {
  return address::canonical(localpart, {.case_sensitive = domain.localpart_case_sensitive,
                                        .separators = domain.localpart_catchall_separators});
}

bool has_separator(const address::Localpart& localpart, const Domain& domain) {
  if (domain.localpart_catchall_separators.empty()) return false;
  return canonical(localpart, domain) !=
         address::canonical(localpart, {.case_sensitive = domain.localpart_case_sensitive});
}

DestinationName parse_destination(std::string_view key) {
  if (key.starts_with('@')) return {.domain = dns::parse_name(key.substr(1)).value()};
  auto address = address::parse_address(key).value();
  return {.localpart = std::move(address.localpart), .domain = std::move(address.domain)};
}

} // namespace mox::config
