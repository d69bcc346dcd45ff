// A listening socket, and the loop that accepts from it.
#pragma once

#include "async/task.h"
#include "net/socket.h"
#include "net/socket_file.h"
#include "result/result.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace mox::net {

// Bound and listening; no connection is lost between this and the start of the loop.
class Listener {
public:
  // Port 0 takes a free one. An IPv6 address takes no IPv4 connections. The error names the
  // address, the port and the reason.
  static Result<Listener> bind(const Endpoint& endpoint);
  // A Unix socket at `path` with just these permissions, such as 0600. The file of a socket that
  // nobody listens at is replaced; ErrorKind::exists when somebody does. The file is removed with
  // the listener, or when the acceptor stops.
  static Result<Listener> bind_unix(const std::filesystem::path& path, mode_t permissions);
  // A socket that somebody else has bound and given to us.
  static Result<Listener> adopt(Descriptor socket);

  // All zero for a Unix socket.
  const Endpoint& local() const { return local_; }

  // "127.0.0.1:25", or the path.
  const std::string& name() const { return name_; }

  Descriptor release() && { return std::move(descriptor_); }

private:
  friend class Acceptor;

  explicit Listener(Descriptor descriptor, SocketFile file = {});

  Descriptor descriptor_;
  Endpoint local_;
  std::string name_;
  SocketFile file_;
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
