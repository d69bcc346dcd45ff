// Address literals: an IP address where a domain could stand (RFC 5321 section 4.1.3). Pure.
#pragma once

#include "result/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::address {

struct Literal {
  std::array<std::uint8_t, 16> bytes{}; // in network order; the first four for IPv4
  bool v6 = false;

  bool operator==(const Literal&) const = default;
};

// "[192.0.2.1]" or "[IPv6:2001:db8::1]".
std::string to_string(const Literal& literal);

// With its brackets. General-address-literal is refused: nobody has registered a tag.
// Deviation: "::" may stand for one group, which RFC 4291 section 2.2 allows and RFC 5321 does not.
Result<Literal> parse_literal(std::string_view text);

} // namespace mox::address
