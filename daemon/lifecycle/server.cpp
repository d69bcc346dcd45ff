#include "lifecycle/server.h"

#include "async/handoff.h"
#include "lifecycle/state.h"
#include "sasl/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

namespace mox::lifecycle {

namespace {

constexpr std::size_t pool_threads = 2;
constexpr std::size_t password_threads = 2; // each check takes 19 MiB

bool begins_with_tls(Protocol protocol) {
  return protocol == Protocol::submissions || protocol == Protocol::imaps;
}

// What cannot be bound there is then the port.
bool machine_has(const net::Address& address) {
  return net::Listener::bind({.address = address, .port = 0}).has_value();
}

} // namespace

std::string_view name_of(Protocol protocol) {
  switch (protocol) {
  case Protocol::smtp: return "smtp";
  case Protocol::submission: return "submission";
  case Protocol::submissions: return "submissions";
  case Protocol::imap: return "imap";
  case Protocol::imaps: return "imaps";
  case Protocol::metrics: return "metrics";
  case Protocol::http: return "http";
  }
  return "";
}

Server::State::State(Config with, const Clock& on_clock, Random& from_random, log::Logger& to_log)
    : config(std::move(with)), clock(on_clock), random(from_random), log(to_log), limits(on_clock),
      pool(pool_threads), password_pool(password_threads, async::Urgency::patient),
      threads(config.io_threads,
              [this](const std::exception_ptr& exception) { report(exception); }),
      sessions(threads, on_clock,
               [this](const std::exception_ptr& exception) { report(exception); }),
      hub(threads.executors()), received_ids(config.received_id_key),
      accepting(threads.executor(0),
                [this](const std::exception_ptr& exception) { report(exception); }) {
  metrics.follow(log);
}

Server::State::~State() {
  // It writes to the store what it still has.
  logins.reset();
  // Before what its threads tell of their work.
  store.reset();
}

void Server::State::report(const std::exception_ptr& exception) {
  metrics.panic("serve");
  log.exception("serve", exception, 0);
}

void Server::State::fail(const Error& error) {
  log.error("store", "the disk failed, nothing more can be stored", {{"err", error.text}}, 0);
  std::function<void()> tell;
  {
    const std::scoped_lock lock(failure_mutex);
    failed = true;
    tell = on_failure;
  }
  if (tell) tell();
}

Result<> Server::State::open_store() {
  store::Observer observer;
  observer.log = [this](std::string_view message, bool error) {
    if (error)
      log.error("store", message, {}, 0);
    else
      log.info("store", message, {}, 0);
  };
  observer.committed = [this](std::size_t changes, std::chrono::nanoseconds duration) {
    metrics.store_commits();
    metrics.store_commit_duration(duration);
    metrics.store_batch_size(changes);
  };
  observer.failed = [this](const Error& error) { fail(error); };
  MOX_TRY_ASSIGN(opened, store::Store::open(config.store, clock, random, std::move(observer)));
  store = std::move(opened);
  store->on_change([this](std::span<const store::AccountId> accounts) { hub.notify(accounts); });
  MOX_TRY_ASSIGN(found, config.find_people(*store));
  people = std::move(found);
  const std::string key(config.received_id_key.begin(), config.received_id_key.end());
  logins = std::make_unique<login::Logins>(
      *store, *people.users, password_pool, limits, metrics, clock, random,
      sasl::hmac(sasl::Hash::sha256, key, "verifiers of users that do not exist"));
  logins->welcome(people.newcomers);
  logins->on_failure([this](const Error& error) {
    log.error("login", "attempts to log in are not kept", {{"err", error.text}}, 0);
  });
  parts = std::unique_ptr<service::Parts>(new service::Parts{.store = *store,
                                                             .pool = pool,
                                                             .logins = *logins,
                                                             .limits = limits,
                                                             .metrics = metrics,
                                                             .log = log,
                                                             .clock = clock,
                                                             .random = random,
                                                             .stopping = stopping});
  return ok();
}

Result<> Server::State::make_resolver() {
  if (!config.make_resolver) return ok();
  MOX_TRY_ASSIGN(made, config.make_resolver(threads.executor(0)));
  names = std::move(made);
  for (std::size_t thread = 0; thread < threads.size(); ++thread)
    all_means.push_back(std::make_unique<verification::Means>(*names, threads.executor(thread),
                                                              suffixes, metrics, clock, random));
  return ok();
}

void Server::State::stop_looking_up() {
  for (std::size_t thread = 0; thread < all_means.size(); ++thread)
    async::post(threads.executor(thread),
                [means = all_means[thread].get()] { means->names.stop(); });
}

Server::State::Shared::Shared(const Listener& listener)
    : settings(listener), certificates(listener.certificates) {
  if (listener.certificates.empty()) return;
  tls = std::make_unique<tls::ServerContext>(certificates, listener.tls);
  auto options = listener.tls;
  options.session_tickets = listener.tickets_on_smtp;
  tls_for_smtp = std::make_unique<tls::ServerContext>(certificates, options);
}

Result<> Server::State::bind() {
  for (const auto& listener : config.listeners) {
    auto& group = *shared.emplace_back(std::make_unique<Shared>(listener));
    for (const auto& wanted : listener.listen) MOX_TRY(bind(group, wanted));
  }
  for (const auto& wanted : config.local_sockets) MOX_TRY(bind(wanted));
  if (config.submit_socket) MOX_TRY(bind(*config.submit_socket));
  return ok();
}

Result<> Server::State::bind(Shared& listener, const Listen& wanted) {
  if (begins_with_tls(wanted.protocol) && !listener.tls)
    return failure(ErrorKind::invalid,
                   fmt::format("{} on {} needs a certificate", name_of(wanted.protocol),
                               wanted.at.to_string()));
  if (wanted.protocol == Protocol::http && !config.serve_http)
    return failure(ErrorKind::invalid,
                   fmt::format("{} on {} has nothing to serve", name_of(wanted.protocol),
                               wanted.at.to_string()));
  auto socket = net::Listener::bind(wanted.at);
  if (!socket && wanted.optional && !machine_has(wanted.at.address)) return ok();
  if (!socket) return std::unexpected(std::move(socket).error());
  listen(*std::move(socket), listener, wanted);
  return ok();
}

void Server::State::listen(net::Listener socket, Shared& listener, const Listen& wanted) {
  const auto protocol = wanted.protocol;
  bound.push_back({.protocol = protocol, .at = socket.local(), .listener = listener.settings.name});
  auto& endpoint = *endpoints.emplace_back(std::make_unique<Endpoint>());
  endpoint.protocol = protocol;
  auto* tls = (protocol == Protocol::smtp ? listener.tls_for_smtp : listener.tls).get();
  endpoint.listener = {.name = std::string(name_of(protocol)),
                       .hostname = listener.settings.hostname,
                       .tls = wanted.starttls || begins_with_tls(protocol) ? tls : nullptr,
                       .immediate_tls = begins_with_tls(protocol),
                       .plaintext_login = wanted.plaintext_login,
                       .require_tls = wanted.require_tls};
  endpoint.service.serve = service_for(endpoint, listener);
  endpoint.acceptor = accept_into(endpoint.service, std::move(socket));
  accepting.spawn(endpoint.acceptor->run());
}

std::unique_ptr<net::Acceptor> Server::State::accept_into(Sessions::Service& service,
                                                          net::Listener socket) {
  net::Acceptor::Hooks hooks;
  hooks.on_accept = [this, &service](net::Socket accepted) {
    sessions.start(std::move(accepted), service);
  };
  hooks.on_error = [this](const Error& error) {
    log.error("serve", "connections cannot be accepted for now", {{"err", error.text}}, 0);
  };
  return std::make_unique<net::Acceptor>(threads.executor(0), std::move(socket), std::move(hooks));
}

Result<> Server::State::bind(const LocalSocket& wanted) {
  MOX_TRY_ASSIGN(socket, net::Listener::bind_unix(wanted.path, wanted.permissions));
  auto& endpoint = *local_endpoints.emplace_back(std::make_unique<LocalEndpoint>());
  endpoint.service.serve = [this, &wanted](Open& open) {
    return wanted.serve(open.connection, open.wake, *parts);
  };
  start(endpoint, std::move(socket));
  return ok();
}

Result<> Server::State::bind(const SubmitSocket& wanted) {
  MOX_TRY_ASSIGN(socket, net::Listener::bind_unix(wanted.path, wanted.permissions));
  auto& endpoint = *local_endpoints.emplace_back(std::make_unique<LocalEndpoint>());
  serve_submissions(endpoint, wanted);
  start(endpoint, std::move(socket));
  return ok();
}

void Server::State::start(LocalEndpoint& endpoint, net::Listener socket) {
  endpoint.acceptor = accept_into(endpoint.service, std::move(socket));
  accepting.spawn(endpoint.acceptor->run());
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  stop();
  // The process ends soon.
  if (state_->abandoned) static_cast<void>(state_.release());
}

Result<std::unique_ptr<Server>> Server::start(Config config, const Clock& clock, Random& random,
                                              log::Logger& log) {
  auto state = std::make_unique<State>(std::move(config), clock, random, log);
  MOX_TRY(state->open_store());
  MOX_TRY(state->make_resolver());
  MOX_TRY(state->bind());
  state->threads.start();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

const std::vector<Server::Bound>& Server::bound() const {
  return state_->bound;
}

const service::Parts& Server::parts() const {
  return *state_->parts;
}

void Server::replace_certificates(const std::vector<std::vector<tls::Certificate>>& of_listeners) {
  for (std::size_t i = 0; i < std::min(of_listeners.size(), state_->shared.size()); ++i)
    state_->shared[i]->certificates.replace(of_listeners[i]);
}

void Server::on_failure(std::function<void()> failed) {
  bool now = false;
  {
    const std::scoped_lock lock(state_->failure_mutex);
    state_->on_failure = failed;
    now = state_->failed;
  }
  if (now) failed();
}

void Server::stop() {
  auto& state = *state_;
  if (state.stopping.exchange(true)) return;
  std::promise<void> closed;
  async::post(state.threads.executor(0), [&state, &closed] {
    for (auto& endpoint : state.endpoints) endpoint->acceptor->stop();
    for (auto& endpoint : state.local_endpoints) endpoint->acceptor->stop();
    closed.set_value();
  });
  closed.get_future().wait();
  state.sessions.wake_all();
  // A message that waits for name servers is to be answered before its client is cut.
  const auto half = state.config.patience.to_finish / 2;
  bool none = state.sessions.wait_until_none(half);
  if (!none) {
    state.stop_looking_up();
    none = state.sessions.wait_until_none(half);
  }
  if (!none) {
    state.sessions.close_all();
    none = state.sessions.wait_until_none(state.config.patience.after_cut);
  }
  state.threads.stop();
  if (none) {
    state.logins.reset(); // which writes what it still has
    state.store.reset();
  } else {
    state.abandoned = true;
    state.log.error("serve", "sessions did not end; they are abandoned", {}, 0);
  }
}

} // namespace mox::lifecycle
