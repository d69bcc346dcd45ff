// A listening socket, and the loop that accepts from it.
#pragma once

#include "async/task.h"
#include "net/socket.h"
#include "result/result.h"

#include <functional>
#include <memory>

namespace mox::net {

// Bound and listening; no connection is lost between this and the start of the loop.
class Listener {
public:
  // Port 0 takes a free one. An IPv6 address takes no IPv4 connections. The error names the
  // address, the port and the reason.
  static Result<Listener> bind(const Endpoint& endpoint);
  // A socket that somebody else has bound and given to us.
  static Result<Listener> adopt(Descriptor socket);

  const Endpoint& local() const { return local_; }

  Descriptor release() && { return std::move(descriptor_); }

private:
  Listener(Descriptor descriptor, Endpoint local)
      : descriptor_(std::move(descriptor)), local_(local) {}

  Descriptor descriptor_;
  Endpoint local_;
};

// Belongs to one executor's thread, the callbacks run there.
class Acceptor {
public:
  struct Hooks {
    // Takes the connection to an I/O thread; must not throw.
    std::function<void(Socket)> on_accept;
    // Why none can be accepted at the moment; accepting goes on after a pause.
    std::function<void(const Error&)> on_error;
  };

  Acceptor(const async::Executor& executor, Listener listener, Hooks hooks);
  ~Acceptor();
  Acceptor(Acceptor&&) noexcept;
  Acceptor& operator=(Acceptor&&) = delete;

  const Endpoint& local() const;
  // Accepts until stop().
  async::Task<> run();
  // Closes the socket; run() returns soon after.
  void stop();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::net
