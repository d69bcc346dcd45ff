// Real connections inside one test, and a deadline that a test never meets unless it hangs.
#pragma once

#include "net/connection.h"
#include "net/socket.h"
#include "net/socket_transport.h"

#include <chrono>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace mox::test {

inline net::Deadline soon() {
  return net::Deadline::clock::now() + std::chrono::seconds(30);
}

inline net::Deadline in(std::chrono::milliseconds time) {
  return net::Deadline::clock::now() + time;
}

// Two ends of a Unix stream socket.
inline std::pair<net::Descriptor, net::Descriptor> descriptor_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair");
  return {net::Descriptor(ends[0]), net::Descriptor(ends[1])};
}

inline std::pair<net::Connection, net::Connection> socket_pair(const async::Executor& executor) {
  auto [a, b] = descriptor_pair();
  const auto open = [&](net::Descriptor end) {
    return net::Connection(net::socket_transport(executor, {std::move(end), {}, {}}));
  };
  return {open(std::move(a)), open(std::move(b))};
}

} // namespace mox::test
