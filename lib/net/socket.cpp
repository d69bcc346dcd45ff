#include "net/socket.h"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace mox::net {

namespace {

constexpr int keepalive_seconds = 300;
constexpr int keepalive_interval_seconds = 60;
constexpr int keepalive_probes = 5;

void set_option(int descriptor, int level, int name, int value) {
  setsockopt(descriptor, level, name, &value, sizeof value);
}

} // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

SystemAddress SystemAddress::from(const Endpoint& endpoint) {
  SystemAddress made;
  const auto& bytes = endpoint.address.bytes();
  if (endpoint.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, bytes.data() + 12, sizeof v4.sin_addr);
    std::memcpy(&made.storage, &v4, sizeof v4);
    made.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&made.storage, &v6, sizeof v6);
    made.size = sizeof v6;
  }
  return made;
}

Endpoint SystemAddress::endpoint() const {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return {Address::v4(bytes), ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return {Address::v6(bytes), ntohs(v6.sin6_port)};
  }
  return {};
}

sockaddr* SystemAddress::get() {
  return reinterpret_cast<sockaddr*>(&storage);
}

Endpoint local_endpoint(int descriptor) {
  SystemAddress address;
  if (getsockname(descriptor, address.get(), &address.size) != 0) return {};
  return address.endpoint();
}

bool is_unix(int descriptor) {
  int family = 0;
  socklen_t size = sizeof family;
  return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_UNIX;
}

std::optional<PeerCredentials> peer_credentials(int descriptor) {
  // Other sockets give the option too, with nobody in it.
  if (!is_unix(descriptor)) return std::nullopt;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  if (peer.uid == static_cast<uid_t>(-1)) return std::nullopt;
  return PeerCredentials{.uid = peer.uid, .gid = peer.gid, .pid = peer.pid};
}

void set_tcp_options(int descriptor) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_seconds);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_seconds);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

} // namespace mox::net
