// Who is this, and is the password right: the one door for SMTP submission, IMAP and the web.
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "net/endpoint.h"
#include "store/types.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mox {
class Clock;
class Random;
} // namespace mox

namespace mox::limits {
struct Limits;
}

namespace mox::metrics {
class Metrics;
}

namespace mox::store {
class Store;
}

namespace mox::login {

enum class Verdict : std::uint8_t {
  ok,
  bad_user,     // told to the peer as bad_password is
  bad_password, //
  overloaded,   // too many checks wait; temporary
  error,        // the store failed; temporary
};

struct Attempt {
  std::string_view kind;    // metric label: submission, imap
  std::string_view variant; // metric label: login, plain
  std::string_view user;    // as the client wrote it
  std::string_view password;
  net::Address remote;
};

struct Outcome {
  Verdict verdict = Verdict::error;
  store::AccountId account{};
  std::string login; // canonical address
};

// Shared by all I/O threads.
class Logins {
public:
  Logins(store::Store& store, async::Pool& pool, limits::Limits& limits, metrics::Metrics& metrics,
         const Clock& clock, Random& random);
  ~Logins();

  // Counts a failure against the address, and the attempt in the metrics. The views in `attempt`
  // must live until it returns. Whether the address may try at all is for the session to ask first
  // (limits.failed_logins); a delay after repeated failures is the session's too.
  async::Task<Outcome> check(Attempt attempt);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::login
