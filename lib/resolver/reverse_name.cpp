#include "resolver/resolver.h"

#include <fmt/format.h>

#include <cstddef>
#include <ranges>
#include <stdexcept>

namespace mox::resolver {

std::string reversed(const net::Address& address) {
  const auto& bytes = address.bytes();
  std::string text;
  if (address.is_v4()) {
    constexpr std::size_t v4_start = 12; // of the mapped form
    for (std::size_t i = bytes.size(); i > v4_start; --i)
      text += fmt::format("{}{}", text.empty() ? "" : ".", bytes[i - 1]);
    return text;
  }
  for (const auto byte : std::views::reverse(bytes))
    text += fmt::format("{}{:x}.{:x}", text.empty() ? "" : ".", byte & 0xfU, byte >> 4U);
  return text;
}

dns::Name reverse_name(const net::Address& address) {
  auto name =
      dns::parse_name(reversed(address) + (address.is_v4() ? ".in-addr.arpa" : ".ip6.arpa"));
  if (!name) throw std::logic_error("reverse name");
  return *std::move(name);
}

} // namespace mox::resolver
