#include "submitclient/addresses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace mox::submitclient {

namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

// Addresses of a socket are read by copying: what the pointer leads to has another type.
template <class T> T copied(const sockaddr* address) {
  T result{};
  std::memcpy(&result, address, sizeof result);
  return result;
}

net::Address address_of(const addrinfo& entry) {
  if (entry.ai_family == AF_INET) {
    const auto address = copied<sockaddr_in>(entry.ai_addr);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
    return net::Address::v4(bytes);
  }
  const auto address = copied<sockaddr_in6>(entry.ai_addr);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
  return net::Address::v6(bytes);
}

} // namespace

Result<std::vector<net::Address>> look_up(const std::string& host) {
  if (const auto literal = net::Address::parse(host)) return std::vector{*literal};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  const AddressList owner(list);
  if (error != 0)
    return failure(ErrorKind::temporary,
                   fmt::format("look up {}: {}", host, ::gai_strerror(error)));
  std::vector<net::Address> found;
  for (const auto* entry = list; entry != nullptr && found.size() < max_addresses;
       entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const auto address = address_of(*entry);
    if (std::ranges::find(found, address) == found.end()) found.push_back(address);
  }
  if (found.empty())
    return failure(ErrorKind::temporary, fmt::format("look up {}: it has no address", host));
  return found;
}

} // namespace mox::submitclient
