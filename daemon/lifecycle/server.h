// The running daemon: builds its parts, listens, serves, and stops in good order.
#pragma once

#include "clock/clock.h"
#include "delivery/directory.h"
#include "log/logger.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "result/result.h"
#include "smtpserver/received_id.h"
#include "store/store.h"
#include "tls/certificate.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::lifecycle {

enum class Protocol : std::uint8_t { smtp, submission, submissions, imap, imaps, metrics };

std::string_view name_of(Protocol protocol);

struct Listen {
  Protocol protocol{};
  net::Endpoint at; // port 0: any free one
  // Nothing is wrong when the machine does not have this address: its family may be missing.
  bool optional = false;
};

// How long a stop waits.
struct Patience {
  std::chrono::milliseconds to_finish = std::chrono::seconds(3); // the command at hand
  std::chrono::milliseconds after_cut = std::chrono::seconds(10);
};

struct Config {
  std::string hostname;
  std::vector<Listen> listen;
  // None: no STARTTLS is offered, and protocols that begin with TLS cannot be served.
  std::optional<tls::Certificate> certificate;
  bool plaintext_login = false;
  bool faults = false; // see smtpserver/faults.h
  std::uint64_t max_message_size = 100U << 20U;
  std::size_t io_threads = 1;
  Patience patience;
  store::Options store;
  smtpserver::ReceivedIds::Key received_id_key{};
  // Made once the store is open.
  std::function<Result<std::unique_ptr<delivery::Directory>>(store::Store&)> make_directory;
};

class Server {
public:
  // Opens the store and binds every address before it serves the first. The error names the
  // address that cannot be had. What was opened until then is closed again.
  static Result<std::unique_ptr<Server>> start(Config config, const Clock& clock, Random& random,
                                               log::Logger& log);
  ~Server();

  struct Bound {
    Protocol protocol{};
    net::Endpoint at;
  };

  const std::vector<Bound>& bound() const;

  // Called once, on another thread, when the server cannot go on: the disk failed. When it has
  // failed before, called here. The process should stop() and exit 1.
  void on_failure(std::function<void()> failed);

  // No new connections; sessions finish the command at hand and say goodbye. What is still open
  // when patience ends is cut. Accepted changes of the store are completed. A second call does
  // nothing.
  void stop();

private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace mox::lifecycle
