#include "serve/serve.h"

#include "admin/handler.h"
#include "control/server.h"
#include "lifecycle/server.h"
#include "lifecycle/signals.h"
#include "resolver/choice.h"
#include "sdnotify/notifier.h"
#include "serve/data_folder.h"
#include "serve/listeners.h"
#include "serve/submit_socket.h"
#include "serve/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <thread>
#include <unistd.h>
#include <utility>

namespace mox::serve {

namespace {

constexpr unsigned most_io_threads = 4;

// Made when the store is open, and used until the server has stopped.
struct Administration {
  std::shared_ptr<accounts::Accounts> accounts;
  std::unique_ptr<admin::Configuration> configuration;
  std::unique_ptr<admin::Place> place;
  control::Handler handler;
};

void set_levels(log::Logger& log, const config::Static& host, const Options& options) {
  log.set_level(options.log_level.value_or(host.log_level));
  for (const auto& [pkg, level] : host.package_log_levels) log.set_level(pkg, level);
}

// Anybody who can make it run as root could read and write all files with it.
Result<> refuse_root() {
  if (::geteuid() != 0) return ok();
  return failure(
      ErrorKind::refused,
      "mox does not serve as root; start it as the user that owns the data folder (with systemd: "
      "User=, and AmbientCapabilities=CAP_NET_BIND_SERVICE for ports below 1024)");
}

Result<sdnotify::Notifier> notifier() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return sdnotify::Notifier::open(address != nullptr ? address : "");
}

class Service {
public:
  Service(const Options& options, admin::Both both, log::Logger& log, sdnotify::Notifier notifier)
      : options_(options), both_(std::move(both)), log_(log), notifier_(std::move(notifier)) {}

  Result<int> run(const lifecycle::Signals& signals);

private:
  Result<lifecycle::Config> make_config();
  Result<std::unique_ptr<resolver::Resolver>> make_resolver(const async::Executor& home);
  Result<lifecycle::People> find_people(store::Store& store);
  lifecycle::LocalSocket control();
  void tell_where() const;
  async::Task<> serve_control(net::Connection& connection, async::Event& stop,
                              const service::Parts& parts);
  void note(const Result<>& told);
  void reload();
  static int exit_code(const lifecycle::Signals::Heard& heard);

  const Options& options_;
  admin::Both both_;
  log::Logger& log_;
  SystemClock clock_;
  SystemRandom random_;
  sdnotify::Notifier notifier_;
  Administration administration_;
  std::unique_ptr<lifecycle::Server> server_;
};

Result<lifecycle::People> Service::find_people(store::Store& store) {
  auto& mine = administration_;
  mine.accounts = std::make_shared<accounts::Accounts>(store);
  MOX_TRY(mine.accounts->use(both_.host, both_.domains));
  mine.configuration = std::make_unique<admin::Configuration>(admin::Files::beside(options_.config),
                                                              both_, *mine.accounts);
  mine.place = std::unique_ptr<admin::Place>(new admin::Place{.store = store,
                                                              .accounts = *mine.accounts,
                                                              .configuration = *mine.configuration,
                                                              .log = log_,
                                                              .clock = clock_,
                                                              .random = random_});
  return lifecycle::People{
      .directory = mine.accounts, .users = mine.accounts, .signers = mine.accounts};
}

lifecycle::LocalSocket Service::control() {
  lifecycle::LocalSocket socket;
  socket.path = control_socket(both_.host->data_dir);
  socket.serve = [this](net::Connection& connection, async::Event& stop,
                        const service::Parts& parts) {
    return serve_control(connection, stop, parts);
  };
  return socket;
}

async::Task<> Service::serve_control(net::Connection& connection, async::Event& stop,
                                     const service::Parts& parts) {
  const auto handler = admin::handler(
      *administration_.place, {.stop = [] { lifecycle::Signals::stop(); }, .pool = parts.pool});
  const auto served = co_await control::serve(connection, handler, {}, parts.clock, stop);
  if (!served) log_.info("control", "a connection went wrong", {{"err", served.error().text}});
}

// The service goes on without its manager.
void Service::note(const Result<>& told) {
  if (!told) log_.warn("serve", "the service manager was not told", {{"err", told.error().text}});
}

Result<std::unique_ptr<resolver::Resolver>> Service::make_resolver(const async::Executor& home) {
  MOX_TRY_ASSIGN(choice, resolver::parse_choice(both_.host->resolver));
  return resolver::make(choice, home, resolver::system_anchors(),
                        both_.host->data_dir / "root.key");
}

Result<lifecycle::Config> Service::make_config() {
  lifecycle::Config config;
  MOX_TRY_ASSIGN(key, open_data_folder(both_.host->data_dir, random_));
  config.received_id_key = key;
  MOX_TRY_ASSIGN(all, listeners(*both_.host));
  config.listeners = std::move(all);
  config.io_threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_io_threads);
  config.store.folder = both_.host->data_dir / "store";
  config.find_people = [this](store::Store& store) { return find_people(store); };
  config.make_resolver = [this](const async::Executor& home) { return make_resolver(home); };
  config.local_sockets.push_back(control());
  MOX_TRY_ASSIGN(submit, submit_socket(*both_.host));
  config.submit_socket = std::move(submit);
  return config;
}

// What can change while the server runs: domains.toml, and the certificates.
void Service::reload() {
  note(notifier_.reloading(clock_.steady()));
  if (const auto read = administration_.configuration->reload_if_changed(); !read)
    log_.error("serve", "domains.toml is not used as it is", {{"err", read.error().text}});
  if (const auto read = certificates(*both_.host); read)
    server_->replace_certificates(*read);
  else
    log_.error("serve", "the certificates stay as they are", {{"err", read.error().text}});
  log_.info("serve", "read again: domains.toml and certificates");
  note(notifier_.ready());
}

void Service::tell_where() const {
  for (const auto& bound : server_->bound())
    log_.info("serve", "listening",
              {{"listener", bound.listener},
               {"protocol", lifecycle::name_of(bound.protocol)},
               {"address", bound.at.to_string()}});
  const auto& submit = both_.host->submit_socket;
  log_.info("serve", "users of this host submit mail through a socket",
            {{"socket", submit.native()}});
  if (const auto closed = folder_closed_to_others(submit))
    log_.warn("serve",
              "other users cannot reach the submit socket, for this folder is closed to them; open "
              "it (chmod o+x), or set submit-socket to a path in another one, such as "
              "/run/mox/submit",
              {{"socket", submit.native()}, {"folder", closed->native()}});
}

int Service::exit_code(const lifecycle::Signals::Heard& heard) {
  switch (heard.what) {
  case lifecycle::Signals::What::failed: return 1;
  case lifecycle::Signals::What::asked_to_stop: return 0;
  default: return heard.number;
  }
}

Result<int> Service::run(const lifecycle::Signals& signals) {
  MOX_TRY_ASSIGN(config, make_config());
  MOX_TRY_ASSIGN(server, lifecycle::Server::start(std::move(config), clock_, random_, log_));
  server_ = std::move(server);
  server_->on_failure([] { lifecycle::Signals::fail(); });
  tell_where();
  lifecycle::Signals::Heard heard;
  {
    const Watch watch(*administration_.configuration, log_);
    note(notifier_.ready());
    log_.info("serve", "ready");
    for (heard = signals.wait(); heard.what == lifecycle::Signals::What::reload;
         heard = signals.wait())
      reload();
    note(notifier_.stopping());
  }
  server_->stop();
  log_.info("serve", "stopped");
  return exit_code(heard);
}

} // namespace

std::filesystem::path control_socket(const std::filesystem::path& data_dir) {
  return data_dir / "control";
}

Result<int> run(const Options& options) {
  MOX_TRY(refuse_root());
  auto absolute = options;
  absolute.config = std::filesystem::absolute(options.config).lexically_normal();
  MOX_TRY_ASSIGN(both, admin::read(admin::Files::beside(absolute.config)));
  // Before the first thread starts.
  const lifecycle::Signals signals;
  log::Logger log(STDERR_FILENO, options.log_format);
  set_levels(log, *both.host, options);
  MOX_TRY_ASSIGN(manager, notifier());
  Service service(absolute, std::move(both), log, std::move(manager));
  return service.run(signals);
}

} // namespace mox::serve
