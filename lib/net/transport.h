// What a Connection runs on: a non-blocking byte stream that says when it can go on.
#pragma once

#include "async/task.h"
#include "net/endpoint.h"
#include "net/socket.h"
#include "tls/byte_stream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mox::net {

enum class Direction : std::uint8_t { read, write };

// One thread: the executor's.
class Transport : public tls::ByteStream {
public:
  // Told that a direction may be able to go on. May be wrong, so the call is just tried again.
  class Watcher {
  public:
    virtual void on_ready(Direction direction) = 0;

  protected:
    ~Watcher() = default;
  };

  // As receive(), but the bytes stay.
  virtual tls::Step peek(std::span<char> into) = 0;
  // Calls `watcher` once, from the event loop, never from within this call. At most one request per
  // direction is outstanding. After close() it is dropped without a call.
  virtual void when_ready(Direction direction, std::shared_ptr<Watcher> watcher) = 0;
  // Ends our side: the peer reads the end after what was sent.
  virtual void end_sending() = 0;
  // Idempotent; afterwards receive() and send() fail.
  virtual void close() = 0;

  // The socket when sendfile() works on it, else -1.
  virtual int descriptor() const { return -1; }

  virtual async::Executor executor() const = 0;
  virtual const Endpoint& peer() const = 0;
  virtual const Endpoint& local() const = 0;

  // Of a Unix socket's peer.
  virtual std::optional<PeerCredentials> credentials() const { return std::nullopt; }

  // For the text of errors.
  virtual std::string peer_name() const { return peer().to_string(); }
};

} // namespace mox::net
