// What every session is given: the parts of the daemon, the listener that it came through, and how
// it is told to end.
#pragma once

#include "async/event.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "limits/limits.h"
#include "log/logger.h"
#include "login/login.h"
#include "metrics/metrics.h"
#include "net/connection.h"
#include "random/random.h"
#include "store/store.h"
#include "wakeup/wakeup.h"

#include <atomic>
#include <cstdint>
#include <string>

namespace mox::tls {
class ServerContext;
}

namespace mox::service {

// Shared by all sessions of all threads; outlives them.
struct Parts {
  store::Store& store;
  async::Pool& pool;
  login::Logins& logins;
  limits::Limits& limits;
  metrics::Metrics& metrics;
  log::Logger& log;
  const Clock& clock;
  Random& random;
  // Set once, before every session's event is notified: finish the command at hand, say goodbye.
  const std::atomic<bool>& stopping;
};

struct Listener {
  std::string name;                  // as in the configuration; a metric label
  std::string hostname;              // in greetings, Received and Message-ID
  tls::ServerContext* tls = nullptr; // null: no STARTTLS
  bool immediate_tls = false;        // TLS from the first byte
  bool plaintext_login = false;      // passwords are accepted without TLS
  bool require_tls = false;          // of port 25: no mail without it
};

// One connection, on its I/O thread.
struct Session {
  const Parts& parts;
  const Listener& listener;
  wakeup::Registry& registry; // of this thread
  net::Connection& connection;
  async::Event& wake; // notified by the registry and at stop
  std::uint64_t cid;  // follows the connection through the log
};

} // namespace mox::service
