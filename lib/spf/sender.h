// Whose policy is asked for: the identity of a mail's sender (RFC 7208 sections 2.3, 2.4 and 4.3).
// Pure.
#pragma once

#include "address/path.h"
#include "dns/name.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::spf {

// RFC 7208 section 9.1, "identity".
enum class Identity : std::uint8_t { mail_from, helo };

// "mailfrom", "helo".
std::string_view to_string(Identity identity);

struct Sender {
  Identity identity = Identity::mail_from;
  std::string local; // what the localpart means, without quotes; never empty
  dns::Name domain;  // empty when there is none that could have a policy: an address literal, a
                     // name of one label, or no name at all
  std::string text;  // what stands for the domain, as it was said; for messages
};

// Of a transaction. The null path leaves the name that EHLO gave, with "postmaster" before it; that
// may be an address literal or anything.
Sender sender_of(const address::Path& mail_from, std::string_view helo);

// The same from texts: `mail_from` is cut at its last "@", and need not be a right address. Empty
// for the null path.
Sender sender_of(std::string_view mail_from, std::string_view helo);

} // namespace mox::spf
