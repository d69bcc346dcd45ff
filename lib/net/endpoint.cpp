#include "net/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace mox::net {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
// The longest text that inet_pton() takes, "0000:…:255.255.255.255".
constexpr std::size_t max_text = 45;

} // namespace

Address Address::v4(std::array<std::uint8_t, 4> bytes) {
  Address address;
  std::ranges::copy(mapped_prefix, address.bytes_.begin());
  std::ranges::copy(bytes, address.bytes_.begin() + mapped_prefix.size());
  return address;
}

Address Address::v6(std::array<std::uint8_t, 16> bytes) {
  Address address;
  address.bytes_ = bytes;
  return address;
}

Result<Address> Address::parse(std::string_view text) {
  const auto bad = [&] {
    return failure(ErrorKind::invalid, fmt::format("not an IP address: {:.60}", text));
  };
  char terminated[max_text + 1] = {};
  if (text.empty() || text.size() > max_text) return bad();
  if (text.find('\0') != std::string_view::npos) return bad();
  text.copy(terminated, max_text);
  if (text.find(':') == std::string_view::npos) {
    std::array<std::uint8_t, 4> bytes{};
    if (inet_pton(AF_INET, terminated, bytes.data()) != 1) return bad();
    return v4(bytes);
  }
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, terminated, bytes.data()) != 1) return bad();
  return v6(bytes);
}

bool Address::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

bool Address::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  std::array<std::uint8_t, 16> loopback{};
  loopback[15] = 1;
  return bytes_ == loopback;
}

bool Address::is_unspecified() const {
  return *this == Address() || *this == v4({});
}

Address Address::masked(unsigned bits) const {
  Address result = *this;
  const std::size_t keep = std::min<std::size_t>(is_v4() ? bits + 96 : bits, 128);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    const std::size_t before = i * 8;
    if (before + 8 <= keep) continue;
    const std::size_t in_byte = keep > before ? keep - before : 0;
    result.bytes_[i] = static_cast<std::uint8_t>(bytes_[i] & (0xff00U >> in_byte));
  }
  return result;
}

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4())
    inet_ntop(AF_INET, bytes_.data() + mapped_prefix.size(), text, sizeof text);
  else
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

std::string Endpoint::to_string() const {
  const bool v4 = address.is_v4();
  return fmt::format(fmt::runtime(v4 ? "{}:{}" : "[{}]:{}"), address.to_string(), port);
}

} // namespace mox::net
