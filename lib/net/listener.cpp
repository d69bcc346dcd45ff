#include "net/listener.h"

#include "async/sleep.h"
#include "net/unix_address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <sys/socket.h>

namespace mox::net {

namespace asio = boost::asio;

namespace {

// With no descriptor left, accepting again at once would only fail again.
constexpr std::chrono::milliseconds pause_after_error{200};
constexpr unsigned max_accepts_in_a_row = 64;

Error listen_error(const Endpoint& endpoint) {
  return system_error(fmt::format("listen on {}", endpoint.to_string()), errno);
}

// Errors of the connection that was to be accepted, as accept(2) lists them; the next one may be
// fine.
bool concerns_one_connection(int error_number) {
  switch (error_number) {
  case ECONNABORTED:
  case ENETDOWN:
  case EPROTO:
  case ENOPROTOOPT:
  case EHOSTDOWN:
  case ENONET:
  case EHOSTUNREACH:
  case EOPNOTSUPP:
  case ENETUNREACH:
  case EINTR:
  case EPERM: return true;
  default: return false;
  }
}

} // namespace

Listener::Listener(Descriptor descriptor, SocketFile file)
    : descriptor_(std::move(descriptor)), local_(local_endpoint(descriptor_.get())),
      name_(file.path().native()), file_(std::move(file)) {
  if (name_.empty()) name_ = unix_name(descriptor_.get());
  if (name_.empty()) name_ = local_.to_string();
}

Result<Listener> Listener::bind(const Endpoint& endpoint) {
  auto address = SystemAddress::from(endpoint);
  const int family = endpoint.address.is_v4() ? AF_INET : AF_INET6;
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return failure(listen_error(endpoint));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(socket.get(), address.get(), address.size) != 0)
    return failure(listen_error(endpoint));
  if (::listen(socket.get(), SOMAXCONN) != 0) return failure(listen_error(endpoint));
  return Listener(std::move(socket));
}

Result<Listener> Listener::bind_unix(const std::filesystem::path& path, mode_t permissions) {
  MOX_TRY_ASSIGN(listening, listen_at(path, permissions));
  return Listener(std::move(listening.socket), std::move(listening.file));
}

Result<Listener> Listener::adopt(Descriptor socket) {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0)
    return failure(system_error("a socket to listen on", errno));
  if (listening == 0) return failure(ErrorKind::invalid, "the given socket does not listen");
  return Listener(std::move(socket));
}

struct Acceptor::State {
  asio::posix::stream_descriptor descriptor;
  asio::steady_timer pause;
  Endpoint local;
  std::string name;
  SocketFile file;
  Hooks hooks;
  bool stopped = false;

  // errno of the failure, or 0.
  int accept_one() {
    SystemAddress address;
    Descriptor socket(::accept4(descriptor.native_handle(), address.get(), &address.size,
                                SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.get() < 0) return errno;
    const auto here = local_endpoint(socket.get());
    hooks.on_accept(Socket{std::move(socket), address.endpoint(), here});
    return 0;
  }

  async::Task<> wait_for_connection() {
    co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                   asio::as_tuple(asio::use_awaitable));
  }

  async::Task<> rest(int error_number) {
    hooks.on_error(system_error(fmt::format("accept on {}", name), error_number));
    pause.expires_after(pause_after_error);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
};

Acceptor::Acceptor(const async::Executor& executor, Listener listener, Hooks hooks)
    : state_(std::make_unique<State>(
          asio::posix::stream_descriptor(executor), asio::steady_timer(executor), listener.local(),
          listener.name(), std::move(listener.file_), std::move(hooks))) {
  auto socket = std::move(listener).release();
  state_->descriptor.assign(socket.get()); // throws; then the socket is closed here
  static_cast<void>(socket.release());
  state_->descriptor.native_non_blocking(true);
}

Acceptor::~Acceptor() = default;
Acceptor::Acceptor(Acceptor&&) noexcept = default;

const Endpoint& Acceptor::local() const {
  return state_->local;
}

async::Task<> Acceptor::run() {
  State& state = *state_;
  unsigned in_a_row = 0;
  while (!state.stopped) {
    const int error_number = state.accept_one();
    if (error_number == 0 || concerns_one_connection(error_number)) {
      if (++in_a_row % max_accepts_in_a_row == 0) co_await async::yield();
    } else if (error_number == EAGAIN || error_number == EWOULDBLOCK) {
      co_await state.wait_for_connection();
    } else {
      co_await state.rest(error_number);
    }
  }
}

void Acceptor::stop() {
  state_->stopped = true;
  state_->file.remove();
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
  state_->pause.cancel();
}

} // namespace mox::net
