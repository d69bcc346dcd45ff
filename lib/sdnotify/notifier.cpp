#include "sdnotify/notifier.h"

#include "net/unix_address.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>
#include <sys/time.h>

namespace mox::sdnotify {

namespace {

// systemd reads no datagram above 4096 bytes.
constexpr std::size_t max_status = 2048;
constexpr timeval patience{.tv_sec = 1, .tv_usec = 0};

} // namespace

Result<Notifier> Notifier::open(std::string_view address) {
  Notifier notifier;
  if (address.empty()) return notifier;
  if (!address.starts_with('/') && !address.starts_with('@'))
    return failure(
        ErrorKind::unsupported,
        fmt::format("NOTIFY_SOCKET is {:?}, which is neither a path nor an abstract name",
                    address));
  MOX_TRY_ASSIGN(to, net::unix_address(address));
  notifier.socket_ = net::Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!notifier.has_manager())
    return failure(system_error("a socket for the service manager", errno));
  ::setsockopt(notifier.socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  notifier.to_ = to;
  notifier.address_ = address;
  return notifier;
}

Result<> Notifier::ready() const {
  return send("READY=1");
}

Result<> Notifier::reloading(SteadyTime now) const {
  const auto time = std::chrono::floor<std::chrono::microseconds>(now.time_since_epoch());
  return send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", time.count()));
}

Result<> Notifier::stopping() const {
  return send("STOPPING=1");
}

Result<> Notifier::status(std::string_view text) const {
  // A line end would begin another assignment, and systemd refuses what is not UTF-8.
  auto line = text::repair_utf8(text::cut_utf8(text, max_status));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::ranges::replace_if(line, is_control, ' ');
  return send("STATUS=" + line);
}

Result<> Notifier::send(std::string_view message) const {
  if (!has_manager()) return ok();
  auto to = to_;
  const auto sent =
      ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL, to.get(), to.size);
  if (sent >= 0) return ok();
  return failure(system_error("tell the service manager at " + address_, errno));
}

} // namespace mox::sdnotify
