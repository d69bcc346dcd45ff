#include "lifecycle/client.h"

#include "net/unix_address.h"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <utility>

namespace mox::test {

namespace {

// No descriptor when nobody listens.
net::Descriptor connect_to(const net::Endpoint& to) {
  const int family = to.address.is_v4() ? AF_INET : AF_INET6;
  net::Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::SystemAddress::from(to);
  if (::connect(socket.get(), address.get(), address.size) != 0) return {};
  return socket;
}

net::Descriptor connect_to(const std::filesystem::path& to) {
  net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::unix_address(to.native());
  if (!address || ::connect(socket.get(), address->get(), address->size) != 0) return {};
  return socket;
}

} // namespace

Client::Client(const net::Endpoint& to) : Client(connect_to(to), to.to_string()) {}

Client::Client(const std::filesystem::path& to) : Client(connect_to(to), to.native()) {}

Client::Client(net::Descriptor socket, const std::string& name) : socket_(std::move(socket)) {
  if (socket_.get() < 0) throw std::runtime_error("nobody listens on " + name);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

void Client::say(std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) throw std::runtime_error("the server does not listen any more");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Client::receive() {
  std::array<char, 4096> bytes{};
  const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (size < 0 && errno == EAGAIN) throw std::runtime_error("the server says nothing");
  // A reset is an end too.
  if (size <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

std::string Client::line() {
  auto end = received_.find('\n');
  while (end == std::string::npos) {
    if (!receive()) return "(end)";
    end = received_.find('\n');
  }
  auto line = received_.substr(0, end);
  received_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string Client::line_with(std::string_view beginning) {
  for (;;) {
    auto next = line();
    if (next.starts_with(beginning) || next == "(end)") return next;
  }
}

std::string Client::rest() {
  while (receive()) {
  }
  return std::exchange(received_, {});
}

bool listens(const net::Endpoint& at) {
  return connect_to(at).get() >= 0;
}

} // namespace mox::test
