// IP addresses and ports as values. Pure.
#pragma once

#include "result/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mox::net {

// An IPv4 or IPv6 address; IPv4 is kept in its mapped form ::ffff:a.b.c.d (RFC 4291
// section 2.5.5.2).
class Address {
public:
  Address() = default; // ::
  static Address v4(std::array<std::uint8_t, 4> bytes);
  static Address v6(std::array<std::uint8_t, 16> bytes);
  // Dotted IPv4 or IPv6 text without scope, brackets or port.
  static Result<Address> parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;
  bool is_unspecified() const;

  // The 16 bytes, mapped for IPv4.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  // The leading `bits` kept, the rest zero; `bits` counts within the family (0..32 or 0..128).
  Address masked(unsigned bits) const;
  std::string to_string() const;

  auto operator<=>(const Address&) const = default;

private:
  std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  // "192.0.2.1:25", "[2001:db8::1]:25".
  std::string to_string() const;
  auto operator<=>(const Endpoint&) const = default;
};

} // namespace mox::net
