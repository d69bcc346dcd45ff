// Telling the service manager how the service is: the protocol of sd_notify(3), without its
// library.
#pragma once

#include "clock/clock.h"
#include "net/socket.h"
#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::sdnotify {

// Each call is one datagram, and waits a second at most. Without a manager nothing happens. A
// failure is for the log: the service goes on.
class Notifier {
public:
  // `address` is what the manager put into NOTIFY_SOCKET: a path, or '@' and an abstract name;
  // empty when there is none. ErrorKind::unsupported for other kinds of address.
  static Result<Notifier> open(std::string_view address);

  bool has_manager() const { return socket_.get() >= 0; }

  // The start, or a reload, is complete.
  Result<> ready() const;
  // `now` by CLOCK_MONOTONIC, which SteadyTime is. ready() must follow.
  Result<> reloading(SteadyTime now) const;
  Result<> stopping() const;
  // One line for people, as `systemctl status` shows it.
  Result<> status(std::string_view text) const;

private:
  Result<> send(std::string_view message) const;

  net::Descriptor socket_;
  net::SystemAddress to_;
  std::string address_; // for errors
};

} // namespace mox::sdnotify
