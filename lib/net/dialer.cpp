#include "net/dialer.h"

#include "async/sleep.h"
#include "net/socket.h"
#include "net/socket_transport.h"
#include "net/unix_address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <sys/socket.h>

namespace mox::net {

namespace asio = boost::asio;

namespace {

// The socket while it connects. Shared with the timer's handler, which may run late.
struct Attempt {
  explicit Attempt(const async::Executor& executor) : descriptor(executor), timer(executor) {}

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer timer;
  bool timed_out = false;
};

Result<Descriptor> open_socket(const Endpoint& remote, const std::optional<Address>& from) {
  const int family = remote.address.is_v4() ? AF_INET : AF_INET6;
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return failure(system_error("socket", errno));
  if (!from) return socket;
  auto local = SystemAddress::from({*from, 0});
  if (::bind(socket.get(), local.get(), local.size) != 0)
    return failure(system_error(fmt::format("bind to {}", from->to_string()), errno));
  return socket;
}

int socket_error(int descriptor) {
  int error_number = 0;
  socklen_t size = sizeof error_number;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error_number, &size) != 0) return errno;
  return error_number;
}

// Whether the socket became writable before the deadline; it is then connected or has failed.
async::Task<bool> wait_connected(std::shared_ptr<Attempt> attempt, Deadline deadline) {
  attempt->timer.expires_at(deadline);
  attempt->timer.async_wait([attempt](auto error) {
    if (error) return;
    attempt->timed_out = true;
    attempt->descriptor.cancel();
  });
  co_await attempt->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                          asio::as_tuple(asio::use_awaitable));
  attempt->timer.cancel();
  co_return !attempt->timed_out;
}

// How often a Unix socket is asked whose queue is full: the kernel does not tell when it has room.
constexpr std::chrono::milliseconds queue_pause{10};

} // namespace

async::Task<Result<Connection>> SystemDialer::connect(Endpoint remote, std::optional<Address> from,
                                                      Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto what = fmt::format("connect to {}", remote.to_string());
  MOX_CO_TRY_ASSIGN(socket, open_socket(remote, from));
  auto address = SystemAddress::from(remote);
  if (::connect(socket.get(), address.get(), address.size) != 0) {
    if (errno != EINPROGRESS) co_return failure(system_error(what, errno));
    const auto attempt = std::make_shared<Attempt>(executor);
    attempt->descriptor.assign(socket.release());
    const bool in_time = co_await wait_connected(attempt, deadline);
    socket = Descriptor(attempt->descriptor.release());
    if (!in_time) co_return failure(ErrorKind::timeout, what + ": timeout");
    if (const int error_number = socket_error(socket.get()); error_number != 0)
      co_return failure(system_error(what, error_number));
  }
  const auto local = local_endpoint(socket.get());
  co_return Connection(socket_transport(executor, {std::move(socket), remote, local}));
}

async::Task<Result<Connection>> connect_unix(std::filesystem::path path, Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto what = fmt::format("connect to {}", path.native());
  MOX_CO_TRY_ASSIGN(address, unix_address(path.native()));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) co_return failure(system_error(what, errno));
  while (::connect(socket.get(), address.get(), address.size) != 0) {
    const int reason = errno;
    if (reason == EINTR) continue;
    if (reason == ENOENT || reason == ECONNREFUSED)
      co_return failure(ErrorKind::not_found, what + ": nobody listens there");
    if (reason != EAGAIN) co_return failure(system_error(what, reason));
    const auto now = Deadline::clock::now();
    if (now >= deadline) co_return failure(ErrorKind::timeout, what + ": timeout");
    co_await async::sleep_until(std::min(deadline, now + queue_pause));
  }
  co_return Connection(socket_transport(executor, {std::move(socket), {}, {}}));
}

} // namespace mox::net
