// The running daemon: builds its parts, listens, serves, and stops in good order.
#pragma once

#include "async/event.h"
#include "async/task.h"
#include "clock/clock.h"
#include "delivery/directory.h"
#include "localusers/names.h"
#include "localusers/senders.h"
#include "log/logger.h"
#include "login/login.h"
#include "login/users.h"
#include "net/connection.h"
#include "net/endpoint.h"
#include "random/random.h"
#include "resolver/resolver.h"
#include "result/result.h"
#include "service/service.h"
#include "signing/signers.h"
#include "smtpserver/faults.h"
#include "smtpserver/received_id.h"
#include "store/store.h"
#include "tls/certificate.h"
#include "tls/server_context.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::lifecycle {

enum class Protocol : std::uint8_t { smtp, submission, submissions, imap, imaps, metrics, http };

std::string_view name_of(Protocol protocol);

struct Listen {
  Protocol protocol{};
  net::Endpoint at; // port 0: any free one
  // Nothing is wrong when the machine does not have this address: its family may be missing.
  bool optional = false;
  bool starttls = true;         // is offered, where there is a certificate
  bool require_tls = false;     // of port 25: no mail without it
  bool plaintext_login = false; // passwords are accepted without TLS
};

// Addresses that share a name, certificates and limits.
struct Listener {
  std::string name; // in the log
  std::string hostname;
  // The first is for clients that name no host. None: no STARTTLS is offered, and protocols that
  // begin with TLS cannot be served.
  std::vector<tls::Certificate> certificates;
  tls::ServerContext::Options tls;
  bool tickets_on_smtp = false; // some large senders cannot handle them
  std::uint64_t max_message_size = 100U << 20U;
  std::vector<Listen> listen;
};

// How long a stop waits.
struct Patience {
  std::chrono::milliseconds to_finish = std::chrono::seconds(3); // the command at hand
  std::chrono::milliseconds after_cut = std::chrono::seconds(10);
};

// Who receives mail and who logs in; often one object.
struct People {
  std::shared_ptr<const delivery::Directory> directory;
  std::shared_ptr<const login::Users> users;
  login::Newcomers newcomers{};                      // none: who is unknown is refused
  std::shared_ptr<const signing::Signers> signers{}; // null: what users send is not signed
};

// A Unix socket on which something other than mail is served.
struct LocalSocket {
  std::filesystem::path path;
  mode_t permissions = 0600;
  // One conversation, on its I/O thread, until the peer leaves or `stop` is notified.
  std::function<async::Task<>(net::Connection& connection, async::Event& stop,
                              const service::Parts& parts)>
      serve;
};

// The Unix socket through which the users of this host submit mail.
struct SubmitSocket {
  std::filesystem::path path;
  mode_t permissions = 0666;
  std::string hostname;
  std::uint64_t max_message_size = 100U << 20U;
  localusers::Senders senders;
  localusers::Names::Lookup name_of = localusers::system_name;
};

struct Config {
  std::vector<Listener> listeners;
  std::vector<LocalSocket> local_sockets;
  std::optional<SubmitSocket> submit_socket;
  // Null: nothing fails on purpose. Must outlive the server.
  smtpserver::Faults* faults = nullptr;
  bool show_login = false; // see smtpserver/server.h
  std::size_t io_threads = 1;
  Patience patience;
  store::Options store;
  smtpserver::ReceivedIds::Key received_id_key{};
  // Called once the store is open.
  std::function<Result<People>(store::Store&)> find_people;
  // Asks the DNS for all threads; `home` is the first one's. Without it nothing is looked up: who
  // sends mail is not verified.
  std::function<Result<std::unique_ptr<resolver::Resolver>>(const async::Executor& home)>
      make_resolver;
  // What Protocol::http serves; without it there is no such listener.
  std::function<async::Task<>(service::Session)> serve_http;
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
    std::string listener;
  };

  const std::vector<Bound>& bound() const;
  // What the sessions are given.
  const service::Parts& parts() const;

  // Handshakes from now on use these, one list for each listener in their order; connections go on
  // as they are. Thread-safe.
  void replace_certificates(const std::vector<std::vector<tls::Certificate>>& of_listeners);

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
