// Two byte streams joined by strings, for TLS between them.
#pragma once

#include "tls/stream.h"

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <string_view>

namespace mox::test {

// One end of a pipe that holds few bytes.
class End final : public tls::ByteStream {
public:
  tls::Step receive(std::span<char> into) override {
    if (arriving.empty()) return {peer_ended ? tls::Status::end : tls::Status::want_read};
    const auto size = arriving.copy(into.data(), std::min(into.size(), step));
    arriving.erase(0, size);
    return {tls::Status::done, size};
  }

  tls::Step send(std::string_view bytes) override {
    if (broken) return {tls::Status::failed, 0, EPIPE};
    const auto room = peer->capacity - peer->arriving.size();
    if (room == 0) return {tls::Status::want_write};
    const auto part = bytes.substr(0, std::min(room, step));
    peer->arriving += part;
    return {tls::Status::done, part.size()};
  }

  End* peer = nullptr;
  std::string arriving;
  std::size_t capacity = 1000;
  std::size_t step = 7;
  bool peer_ended = false;
  bool broken = false;
};

struct Pipe {
  Pipe() {
    server.peer = &client;
    client.peer = &server;
  }

  End server;
  End client;
};

// Both sides in turn until both are done or one fails.
inline tls::Status shake(tls::Stream& server, tls::Stream& client) {
  for (int i = 0; i < 100'000; ++i) {
    const auto a = client.handshake();
    const auto b = server.handshake();
    if (a.status == tls::Status::done && b.status == tls::Status::done) return tls::Status::done;
    if (a.status == tls::Status::failed || b.status == tls::Status::failed)
      return tls::Status::failed;
  }
  return tls::Status::want_read;
}

} // namespace mox::test
