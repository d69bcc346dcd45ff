// Addresses as they are written into header fields (RFC 5322 section 3.4). Pure.
#pragma once

#include "address/path.h"
#include "dns/name.h"
#include "sendmail/recipients.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mox::sendmail {

inline constexpr std::size_t max_full_name = 500; // bytes

// "Jane Doe <jane@example.org>", the name quoted or as encoded words (RFC 2047) where it must be.
// Control characters in the name become spaces: it comes from a command line or a list of users.
std::string mailbox_text(std::string_view name, const address::Path& path);

// The body of a field with addresses, from after its colon, with addresses for names that have no
// domain, folded; names, groups and order are kept, comments may become names. Nothing when no name
// lacks a domain, or when the body cannot be written again without a change of meaning.
std::optional<std::string> completed_addresses(std::string_view body, const BareNames& names);

// The name in the list of users: what stands before the first comma, with the login name for "&".
std::string full_name_of(std::string_view gecos, std::string_view login);

} // namespace mox::sendmail
