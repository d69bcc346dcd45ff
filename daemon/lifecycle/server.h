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
  // Nothing is wrong when this address cannot be bound: its family may be missing on the machine.
  bool optional = false;
};

struct Config {
  std::string hostname;
  std::vector<Listen> listen;
  std::optional<tls::Certificate> certificate; // none: no TLS is offered
  bool plaintext_login = false;
  bool faults = false; // see smtpserver/faults.h
  std::uint64_t max_message_size = 100U << 20U;
  std::size_t io_threads = 1;
  store::Options store;
  smtpserver::ReceivedIds::Key received_id_key{};
  // Made once the store is open.
  std::function<Result<std::unique_ptr<delivery::Directory>>(store::Store&)> make_directory;
};

class Server {
public:
  // Opens the store and binds every address before it serves the first.
  static Result<std::unique_ptr<Server>> start(Config config, const Clock& clock, Random& random,
                                               log::Logger& log);
  ~Server();

  struct Bound {
    Protocol protocol{};
    net::Endpoint at;
  };

  const std::vector<Bound>& bound() const;

  // Called on another thread when the server cannot go on: the disk failed. The process should
  // stop() and exit 1.
  void on_failure(std::function<void()> failed);

  // No new connections; sessions finish the command at hand and say goodbye. What is still open
  // after three seconds is cut. Accepted changes of the store are completed. Once.
  void stop();

private:
  Server();
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::lifecycle
