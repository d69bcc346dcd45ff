// Mail addresses as configuration and users know them: a localpart at a domain (RFC 5321
// section 4.1.2, RFC 6531 section 3.3). Lists of addresses in message headers are read by the
// message library. Pure.
#pragma once

#include "address/localpart.h"
#include "dns/name.h"

#include <compare>
#include <string>
#include <string_view>

namespace mox::address {

struct Address {
  Localpart localpart;
  dns::Name domain;

  bool operator==(const Address&) const = default;
  auto operator<=>(const Address&) const = default;
};

// With A-labels: "mail@xn--strae-oqa.example".
std::string to_string(const Address& address);
// With U-labels, for people and for mail that is sent with SMTPUTF8.
std::string to_unicode(const Address& address);

// `text` is the address and nothing else, within the limits of RFC 5321 section 4.5.3.1.
Result<Address> parse_address(std::string_view text);

} // namespace mox::address
