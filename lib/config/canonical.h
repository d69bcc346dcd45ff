// Addresses in the form in which they are looked up. Pure.
#pragma once

#include "address/localpart.h"
#include "config/domains.h"

#include <optional>
#include <string_view>

namespace mox::config {

// The localpart as the domain's rules have it; nothing when nothing stands before a separator.
std::optional<address::Localpart> canonical(const address::Localpart& localpart,
                                            const Domain& domain);

// Whether something is cut off behind a separator, or would be.
bool has_separator(const address::Localpart& localpart, const Domain& domain);

// A key of Account::destinations.
struct DestinationName {
  std::optional<address::Localpart> localpart; // none: all that nobody has
  dns::Name domain;
};

// `key` must have been checked.
DestinationName parse_destination(std::string_view key);

} // namespace mox::config
