// Records of the DNS as values (RFC 1035 section 3.3; RFC 3596, RFC 2782, RFC 6698). Pure.
#pragma once

#include "dns/name.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mox::dns {

// The types that are asked for; the value is the one on the wire.
enum class Type : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  tlsa = 52,
};

struct A {
  std::array<std::uint8_t, 4> address{}; // in network order
  bool operator==(const A&) const = default;
};

struct Aaaa {
  std::array<std::uint8_t, 16> address{}; // in network order
  bool operator==(const Aaaa&) const = default;
};

struct Ns {
  Name host;
  bool operator==(const Ns&) const = default;
};

struct Cname {
  Name target;
  bool operator==(const Cname&) const = default;
};

struct Soa {
  Name primary;
  Name mailbox;
  std::uint32_t serial = 0;
  std::chrono::seconds minimum{}; // how long "there is none" may be remembered (RFC 2308 section 4)
  bool operator==(const Soa&) const = default;
};

struct Ptr {
  Name host;
  bool operator==(const Ptr&) const = default;
};

struct Mx {
  std::uint16_t preference = 0;
  Name host; // empty for ".": this domain takes no mail (RFC 7505)
  bool operator==(const Mx&) const = default;
};

struct Txt {
  std::string text; // its strings, joined; any bytes
  bool operator==(const Txt&) const = default;
};

struct Srv {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  Name host; // empty for ".": not offered
  bool operator==(const Srv&) const = default;
};

struct Tlsa {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching_type = 0;
  std::string data; // bytes, not hex
  bool operator==(const Tlsa&) const = default;
};

using Data = std::variant<A, Aaaa, Ns, Cname, Soa, Ptr, Mx, Txt, Srv, Tlsa>;

struct Record {
  Name owner;
  std::chrono::seconds ttl{};
  Data data;
  bool operator==(const Record&) const = default;
};

Type type_of(const Data& data);
// "MX".
std::string_view to_string(Type type);
// In any case.
Result<Type> parse_type(std::string_view text);
// As in a zone file, without owner and TTL: "10 mx.example.org.".
std::string to_string(const Data& data);

} // namespace mox::dns
