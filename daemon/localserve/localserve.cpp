#include "localserve/localserve.h"

#include "json/writer.h"
#include "lifecycle/server.h"
#include "lifecycle/signals.h"
#include "localapi/api.h"
#include "localserve/account.h"
#include "localserve/folder.h"
#include "localserve/inboxes.h"
#include "localserve/memory_folder.h"
#include "log/logger.h"
#include "login/users.h"
#include "smtpserver/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

namespace mox::localserve {

namespace {

using lifecycle::Protocol;

struct StandardPort {
  Protocol protocol;
  std::uint16_t port;
};

constexpr std::array standard_ports = {
    StandardPort{Protocol::smtp, 25},         StandardPort{Protocol::submission, 587},
    StandardPort{Protocol::submissions, 465}, StandardPort{Protocol::imap, 143},
    StandardPort{Protocol::imaps, 993},       StandardPort{Protocol::metrics, 81},
    StandardPort{Protocol::http, 80},
};

std::vector<lifecycle::Listen> listeners(const Options& options,
                                         const std::vector<net::Address>& ips) {
  std::vector<lifecycle::Listen> all;
  for (const auto& [protocol, port] : standard_ports) {
    const auto number = static_cast<std::uint16_t>(port + options.port_base);
    for (const auto& ip : ips) {
      // On free ports both families would get different ones; a client is told one number.
      if (options.free_ports && ip != ips.front()) continue;
      const bool optional = ip != ips.front();
      all.push_back({.protocol = protocol,
                     .at = {.address = ip, .port = options.free_ports ? std::uint16_t{0} : number},
                     .optional = optional,
                     .plaintext_login = true});
    }
  }
  return all;
}

std::map<Protocol, net::Endpoint>
first_of_each(const std::vector<lifecycle::Server::Bound>& bound) {
  std::map<Protocol, net::Endpoint> first;
  for (const auto& one : bound) first.emplace(one.protocol, one.at);
  return first;
}

std::string as_json(const std::filesystem::path& folder,
                    const std::map<Protocol, net::Endpoint>& bound) {
  json::Writer writer;
  writer.object();
  writer.member("user", login);
  writer.member("password", password);
  writer.member("dir", folder.string());
  writer.key("ports").object();
  for (const auto& [protocol, endpoint] : bound)
    writer.member(lifecycle::name_of(protocol), endpoint.port);
  writer.end().end();
  return std::move(writer).text();
}

std::string for_people(const Options& options, const std::filesystem::path& folder,
                       const std::map<Protocol, net::Endpoint>& bound) {
  constexpr std::array notes = {
      std::pair{Protocol::smtp, "every address is delivered to the account; STARTTLS"},
      std::pair{Protocol::submission, "with login; STARTTLS"},
      std::pair{Protocol::submissions, "with login; TLS"},
      std::pair{Protocol::imap, "STARTTLS"},
      std::pair{Protocol::imaps, "TLS"},
      std::pair{Protocol::metrics, "HTTP, /metrics"},
      std::pair{Protocol::http, "API for tests of other programs; the page at / shows how"},
  };
  auto text =
      fmt::format("mox localserve is ready.\n\n  user      {}\n  password  {}\n  folder    {}\n\n",
                  login, password, folder.string());
  for (const auto& [protocol, note] : notes)
    text += fmt::format("  {:<12} {:<18} {}\n", lifecycle::name_of(protocol),
                        bound.at(protocol).to_string(), note);
  if (options.inboxes) text += "\nEvery other user name with that password is an inbox of its own.";
  text += fmt::format(
      "\nTrust {} to verify TLS. Recipients such as temperror@localhost, 550@localhost or "
      "rcpttotimeout@localhost fail on purpose.\nStop with Ctrl-C.\n",
      (folder / "localhost.crt").string());
  return text;
}

// What a test instance has beside a server's other parts. Outlives the server.
class ForTests {
public:
  ForTests(const Options& options, const Clock& clock, Random& random)
      : inboxes_wanted_(options.inboxes), clock_(clock), random_(random),
        inboxes_(options.inboxes ? Inboxes::Unknown::made : Inboxes::Unknown::refused, clock,
                 random),
        api_(
            {.version = options.version, .faults = faults_, .find_inbox = [this](std::string user) {
               return inboxes_.find(user.empty() ? std::string(login) : std::move(user));
             }}) {}

  void add_to(lifecycle::Config& config) {
    config.faults = &faults_;
    config.show_login = true;
    config.find_people = [this](store::Store& store) { return find_people(store); };
    config.serve_http = [this](service::Session session) { return api_.serve(session); };
  }

private:
  Result<lifecycle::People> find_people(store::Store& store) {
    inboxes_.open(store);
    MOX_TRY_ASSIGN(account, open_account(store, clock_, random_));
    lifecycle::People people{.directory = any_address(account),
                             .users = std::make_shared<login::StoreUsers>(store)};
    if (!inboxes_wanted_) return people;
    people.directory = own_inboxes(account);
    people.newcomers = [this](std::string_view user, std::optional<std::string_view> given) {
      return inboxes_.welcome(user, given);
    };
    return people;
  }

  bool inboxes_wanted_;
  const Clock& clock_;
  Random& random_;
  smtpserver::Faults faults_;
  Inboxes inboxes_;
  localapi::Api api_;
};

Result<int> serve(const Options& options, const std::filesystem::path& path, const Clock& clock,
                  Random& random, std::FILE* output) {
  // Before the first thread starts.
  const lifecycle::Signals signals;
  MOX_TRY_ASSIGN(folder, read(path));
  if (!options.ips.empty() && options.ips != folder.config.ips)
    return failure(ErrorKind::exists,
                   fmt::format("{} listens on other addresses than --ip says; change ips there",
                               (path / "mox.toml").string()));
  log::Logger logger(STDERR_FILENO);
  const auto level = log::parse_level(folder.config.log_level);
  if (!level)
    return failure(ErrorKind::invalid,
                   fmt::format("{}: \"{}\" is not a log level", (path / "mox.toml").string(),
                               folder.config.log_level));
  logger.set_level(*level);

  ForTests for_tests(options, clock, random);
  lifecycle::Config config;
  lifecycle::Listener listener;
  listener.name = "local";
  listener.hostname = folder.config.hostname;
  listener.listen = listeners(options, folder.config.ips);
  listener.certificates = {folder.certificate};
  config.listeners.push_back(std::move(listener));
  config.io_threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
  config.store.folder = folder.config.data_dir / "store";
  config.received_id_key = folder.received_id_key;
  for_tests.add_to(config);
  MOX_TRY_ASSIGN(server, lifecycle::Server::start(std::move(config), clock, random, logger));
  server->on_failure([] { lifecycle::Signals::fail(); });

  const auto bound = first_of_each(server->bound());
  fmt::print(output, "{}{}", options.json ? as_json(path, bound) : for_people(options, path, bound),
             options.json ? "\n" : "");
  std::fflush(output);
  auto heard = signals.wait();
  // There is nothing to read again.
  while (heard.what == lifecycle::Signals::What::reload) heard = signals.wait();
  server->stop();
  return heard.what == lifecycle::Signals::What::failed ? 1 : heard.number;
}

} // namespace

Result<int> run(const Options& options, std::FILE* output) {
  const SystemClock clock;
  SystemRandom random;
  std::optional<MemoryFolder> memory;
  auto path = options.folder;
  if (options.in_memory) {
    MOX_TRY_ASSIGN(made, MemoryFolder::make());
    memory.emplace(std::move(made));
    path = memory->path() / "mox-localserve";
  }
  path = std::filesystem::absolute(path).lexically_normal();
  if (!is_made(path)) MOX_TRY(make(path, options.ips, clock, random));
  if (options.init_only) return 0;
  return serve(options, path, clock, random, output);
}

} // namespace mox::localserve
