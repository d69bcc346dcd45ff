// IP addresses as SPF compares and writes them (RFC 7208 sections 5.6 and 7.3). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::spf {

// RFC 7208 section 5: an IPv4 address in its IPv6 form is IPv4; who makes an Ip sees to that.
struct Ip {
  std::array<std::uint8_t, 16> bytes{}; // in network order; the first four for IPv4
  bool v6 = false;

  bool operator==(const Ip&) const = default;
};

// ip4-network and ip6-network (RFC 7208 section 5.6): nothing left out, no leading zeros.
std::optional<Ip> parse_ip4(std::string_view text);
std::optional<Ip> parse_ip6(std::string_view text);

// "192.0.2.1", "2001:db8::1": what people read.
std::string to_string(const Ip& ip);

// RFC 7208 section 7.3: "192.0.2.1", or each nibble of an IPv6 address with dots between, in the
// order of the address. Upper case, as other implementations have it.
std::string to_dotted(const Ip& ip);

// Of the same family, and the first `prefix` bits are the same.
bool in_network(const Ip& ip, const Ip& network, unsigned prefix);

} // namespace mox::spf
