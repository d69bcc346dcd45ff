// The parts of a running server; for this folder only.
#pragma once

#include "async/gate.h"
#include "async/io_threads.h"
#include "async/pool.h"
#include "http/server.h"
#include "imapserver/server.h"
#include "lifecycle/server.h"
#include "lifecycle/sessions.h"
#include "limits/limits.h"
#include "localusers/users.h"
#include "login/login.h"
#include "metrics/metrics.h"
#include "net/listener.h"
#include "publicsuffix/publicsuffix.h"
#include "resolver/resolver.h"
#include "service/service.h"
#include "smtpserver/server.h"
#include "spool/spool.h"
#include "tls/certificate_store.h"
#include "tls/server_context.h"
#include "verification/means.h"
#include "wakeup/wakeup.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mox::lifecycle {

struct Server::State {
  State(Config with, const Clock& on_clock, Random& from_random, log::Logger& to_log);
  ~State();

  void report(const std::exception_ptr& exception);
  // The disk did; on the store's thread.
  void fail(const Error& error);

  // What the addresses of one listener share, in the order of the configuration.
  struct Shared {
    explicit Shared(const Listener& listener);

    const Listener& settings;
    tls::CertificateStore certificates;
    std::unique_ptr<tls::ServerContext> tls;
    std::unique_ptr<tls::ServerContext> tls_for_smtp; // port 25
  };

  Result<> open_store();
  Result<> bind();
  Result<> bind(Shared& listener, const Listen& wanted);
  Result<> bind(const LocalSocket& wanted);
  Result<> bind(const SubmitSocket& wanted);
  std::unique_ptr<net::Acceptor> accept_into(Sessions::Service& service, net::Listener socket);
  void listen(net::Listener socket, Shared& listener, const Listen& wanted);
  struct Endpoint;
  std::function<async::Task<>(Open&)> service_for(Endpoint& endpoint, const Shared& listener);
  struct LocalEndpoint;
  void serve_submissions(LocalEndpoint& endpoint, const SubmitSocket& wanted);
  void start(LocalEndpoint& endpoint, net::Listener socket);
  // What is looked at when somebody asks.
  void refresh_gauges();
  service::Session session(Open& open, const service::Listener& listener);
  // Of the connection's thread; null when nothing is looked up.
  verification::Means* means(const Open& open);
  Result<> make_resolver();
  // What is looked up ends at once, without an answer.
  void stop_looking_up();

  Config config;
  const Clock& clock;
  Random& random;
  log::Logger& log;
  metrics::Metrics metrics;
  limits::Limits limits;
  std::atomic<bool> stopping = false;
  bool abandoned = false; // sessions that never ended still refer to all this
  std::mutex failure_mutex;
  bool failed = false;              // under failure_mutex
  std::function<void()> on_failure; // under failure_mutex
  std::unique_ptr<store::Store> store;
  async::Pool pool;          // for syncs of large bodies and the like
  async::Pool password_pool; // mail goes first, however many guess passwords
  std::unique_ptr<login::Logins> logins;
  People people;
  std::vector<std::unique_ptr<Shared>> shared;
  async::IoThreads threads;
  publicsuffix::List suffixes = publicsuffix::List::built_in();
  std::unique_ptr<resolver::Resolver> names; // behind the threads: it waits on one of them
  std::vector<std::unique_ptr<verification::Means>> all_means; // by thread; none without names
  Sessions sessions;
  wakeup::Hub hub;
  smtpserver::ReceivedIds received_ids;
  spool::Budget spool_budget;
  std::unique_ptr<service::Parts> parts;

  // One per protocol and address; fixed once serving.
  struct Endpoint {
    Protocol protocol{};
    service::Listener listener;
    std::unique_ptr<smtpserver::Options> smtp;
    std::unique_ptr<imapserver::Options> imap;
    http::Handler http;
    Sessions::Service service;
    std::unique_ptr<net::Acceptor> acceptor;
  };

  std::vector<std::unique_ptr<Endpoint>> endpoints;
  std::vector<Bound> bound;

  struct LocalEndpoint {
    // Of the submit socket.
    service::Listener listener;
    std::unique_ptr<localusers::Users> users;
    std::unique_ptr<smtpserver::Options> smtp;

    Sessions::Service service;
    std::unique_ptr<net::Acceptor> acceptor;
  };

  std::vector<std::unique_ptr<LocalEndpoint>> local_endpoints;
  async::Gate accepting;
};

} // namespace mox::lifecycle
