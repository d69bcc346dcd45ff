#include "spf/ip.h"

#include <algorithm>
#include <arpa/inet.h>

namespace mox::spf {

namespace {

std::optional<Ip> parse(std::string_view text, bool v6) {
  // inet_pton reads up to a NUL.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::ranges::copy(text, terminated.begin());
  Ip ip{.v6 = v6};
  if (::inet_pton(v6 ? AF_INET6 : AF_INET, terminated.data(), ip.bytes.data()) != 1)
    return std::nullopt;
  return ip;
}

} // namespace

std::optional<Ip> parse_ip4(std::string_view text) {
  return parse(text, false);
}

std::optional<Ip> parse_ip6(std::string_view text) {
  return parse(text, true);
}

std::string to_string(const Ip& ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(ip.v6 ? AF_INET6 : AF_INET, ip.bytes.data(), text.data(), text.size());
  return text.data();
}

std::string to_dotted(const Ip& ip) {
  if (!ip.v6) return to_string(ip);
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const auto byte : ip.bytes) {
    if (!text.empty()) text += '.';
    text += digits[byte >> 4U];
    text += '.';
    text += digits[byte & 0x0fU];
  }
  return text;
}

bool in_network(const Ip& ip, const Ip& network, unsigned prefix) {
  if (ip.v6 != network.v6) return false;
  const std::size_t bits = std::min<unsigned>(prefix, ip.v6 ? 128 : 32);
  const auto whole = bits / 8;
  if (!std::equal(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.bytes.begin()))
    return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<unsigned>(0xff00U >> (bits % 8)) & 0xffU;
  return ((ip.bytes.at(whole) ^ network.bytes.at(whole)) & mask) == 0;
}

} // namespace mox::spf
