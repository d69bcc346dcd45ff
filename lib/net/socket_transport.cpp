#include "net/socket_transport.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <utility>

namespace mox::net {

namespace {

namespace asio = boost::asio;
using tls::Status;
using tls::Step;

bool would_block(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

class SocketTransport final : public Transport {
public:
  SocketTransport(const async::Executor& executor, Socket socket)
      : descriptor_(executor), peer_(socket.peer), local_(socket.local) {
    // Throws when the kernel has no room to watch it; then it is still the socket's to close.
    descriptor_.assign(socket.descriptor.get());
    static_cast<void>(socket.descriptor.release());
    descriptor_.native_non_blocking(true);
    is_unix_ = is_unix(descriptor());
    if (!is_unix_) set_tcp_options(descriptor());
  }

  Step receive(std::span<char> into) override { return read(into, 0); }

  Step peek(std::span<char> into) override { return read(into, MSG_PEEK); }

  Step send(std::string_view bytes) override {
    const ssize_t sent = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {Status::done, static_cast<std::size_t>(sent)};
    if (would_block(errno)) return {Status::want_write};
    return {Status::failed, 0, errno};
  }

  void when_ready(Direction direction, std::shared_ptr<Watcher> watcher) override {
    const auto kind = direction == Direction::read ? asio::posix::descriptor_base::wait_read
                                                   : asio::posix::descriptor_base::wait_write;
    descriptor_.async_wait(kind, [watcher = std::move(watcher), direction](auto error) {
      if (error != asio::error::operation_aborted) watcher->on_ready(direction);
    });
  }

  void end_sending() override { ::shutdown(descriptor(), SHUT_WR); }

  void close() override {
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

  int descriptor() const override {
    // Asio's accessor is not const.
    return const_cast<asio::posix::stream_descriptor&>(descriptor_).native_handle();
  }

  async::Executor executor() const override {
    return const_cast<asio::posix::stream_descriptor&>(descriptor_).get_executor();
  }

  const Endpoint& peer() const override { return peer_; }

  const Endpoint& local() const override { return local_; }

  std::optional<PeerCredentials> credentials() const override {
    return is_unix_ ? peer_credentials(descriptor()) : std::nullopt;
  }

  std::string peer_name() const override {
    if (!is_unix_) return peer_.to_string();
    const auto peer = credentials();
    if (!peer) return "a local process";
    return fmt::format("the local process {} of user {}", peer->pid, peer->uid);
  }

private:
  Step read(std::span<char> into, int flags) {
    const ssize_t received = ::recv(descriptor(), into.data(), into.size(), flags);
    if (received > 0) return {Status::done, static_cast<std::size_t>(received)};
    if (received == 0) return {Status::end};
    if (would_block(errno)) return {Status::want_read};
    return {Status::failed, 0, errno};
  }

  asio::posix::stream_descriptor descriptor_;
  Endpoint peer_;
  Endpoint local_;
  bool is_unix_ = false;
};

} // namespace

namespace {

// sendfile() has no MSG_NOSIGNAL.
bool ignore_broken_pipe() {
  return std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

} // namespace

std::unique_ptr<Transport> socket_transport(const async::Executor& executor, Socket socket) {
  [[maybe_unused]] static const bool ignored = ignore_broken_pipe();
  return std::make_unique<SocketTransport>(executor, std::move(socket));
}

} // namespace mox::net
