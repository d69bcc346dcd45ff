// Sockets as the operating system knows them: owned descriptors and socket addresses.
#pragma once

#include "net/endpoint.h"
#include "result/result.h"

#include <optional>
#include <sys/socket.h>
#include <sys/types.h>
#include <utility>

namespace mox::net {

// Owns a descriptor, -1 for none.
class Descriptor {
public:
  Descriptor() = default;

  explicit Descriptor(int number) : number_(number) {}

  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  ~Descriptor();

  int get() const { return number_; }

  int release() { return std::exchange(number_, -1); }

private:
  int number_ = -1;
};

// Who is at the other end of a Unix socket: the process that connected, or that listened, as it was
// then. A process that we cannot see from our namespace has pid 0.
struct PeerCredentials {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;

  bool operator==(const PeerCredentials&) const = default;
};

// A connected stream socket, not yet bound to an I/O thread.
struct Socket {
  Descriptor descriptor;
  Endpoint peer;
  Endpoint local;
};

// An address as system calls take it.
struct SystemAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  // IPv4 as AF_INET.
  static SystemAddress from(const Endpoint& endpoint);
  // All zero for families other than IPv4 and IPv6.
  Endpoint endpoint() const;
  sockaddr* get();
};

Endpoint local_endpoint(int descriptor);
// Whether it is a Unix socket.
bool is_unix(int descriptor);
// Nothing for sockets that are not connected Unix sockets.
std::optional<PeerCredentials> peer_credentials(int descriptor);
// No delay for small writes; a peer that has vanished is noticed within 5 to 10 minutes. Ignored
// for sockets that are not TCP.
void set_tcp_options(int descriptor);

} // namespace mox::net
