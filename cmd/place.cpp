#include "place.h"

#include "admin/handler.h"
#include "control/client.h"
#include "control/run_here.h"
#include "serve/data_folder.h"
#include "serve/serve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mox::cmd {

namespace {

// Everything that an operation works on, held by this process.
class LocalPlace {
public:
  static Result<std::unique_ptr<LocalPlace>> open(const admin::Files& files, admin::Both both) {
    auto place = std::unique_ptr<LocalPlace>(new LocalPlace);
    store::Options options;
    options.folder = both.host->data_dir / "store";
    MOX_TRY(serve::open_data_folder(both.host->data_dir, place->random_));
    MOX_TRY_ASSIGN(store, store::Store::open(options, place->clock_, place->random_, {}));
    place->store_ = std::move(store);
    place->accounts_ = std::make_unique<accounts::Accounts>(*place->store_);
    MOX_TRY(place->accounts_->use(both.host, both.domains));
    place->configuration_ =
        std::make_unique<admin::Configuration>(files, std::move(both), *place->accounts_);
    return place;
  }

  admin::Place place() {
    return {.store = *store_,
            .accounts = *accounts_,
            .configuration = *configuration_,
            .log = log_,
            .clock = clock_,
            .random = random_};
  }

private:
  LocalPlace() : log_(STDERR_FILENO, log::Format::logfmt, log::Level::error) {}

  SystemClock clock_;
  SystemRandom random_;
  log::Logger log_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<accounts::Accounts> accounts_;
  std::unique_ptr<admin::Configuration> configuration_;
};

// Arguments in their order, then the options that were given.
std::vector<std::string> parameters_of(const cli::Invocation& invocation) {
  std::vector<std::string> all;
  for (const auto& argument : invocation.command().arguments) {
    const auto values = invocation.arguments(argument.name);
    all.insert(all.end(), values.begin(), values.end());
  }
  for (const auto& option : invocation.command().options) {
    if (!invocation.given(option.name)) continue;
    all.push_back(option.kind == cli::Kind::flag
                      ? std::string(option.name)
                      : fmt::format("{}={}", option.name, invocation.text(option.name)));
  }
  return all;
}

// Only the owner of the data may open it: others would leave files that the server cannot read.
Result<> check_owner(const std::filesystem::path& data_dir) {
  struct stat status{};
  if (::stat(data_dir.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return ok();
  return failure(ErrorKind::refused,
                 fmt::format("no server runs, and {} belongs to another user (uid {}); run this "
                             "command as that user",
                             data_dir.native(), status.st_uid));
}

// Those that are about a server, and mean nothing without one.
constexpr std::array<std::string_view, 2> for_a_server = {"loglevels", "stop"};

Result<> perform_here(const admin::Files& files, const control::Request& request,
                      control::Reader& input, const control::Writer& output) {
  if (std::ranges::find(for_a_server, request.command) != for_a_server.end())
    return failure(ErrorKind::not_found, "no server runs with this configuration");
  MOX_TRY_ASSIGN(both, admin::read(files));
  MOX_TRY(check_owner(both.host->data_dir));
  MOX_TRY_ASSIGN(local, LocalPlace::open(files, std::move(both)));
  auto place = local->place();
  async::Pool pool(1);
  const auto handler = admin::handler(place, {.stop = {}, .pool = pool});
  return control::run_here(handler, request, &input, output);
}

} // namespace

std::string config_path(const cli::Invocation& invocation) {
  if (invocation.given("--config")) return std::string(invocation.text("--config"));
  if (const char* configured = std::getenv("MOXCONF"); configured != nullptr && *configured != '\0')
    return configured;
  return "config/mox.toml";
}

Result<int> administrate(const cli::Invocation& invocation, std::string_view input) {
  control::TextReader reader(input);
  return administrate(invocation, reader);
}

Result<int> administrate(const cli::Invocation& invocation, control::Reader& input) {
  const auto files =
      admin::Files::beside(std::filesystem::absolute(config_path(invocation)).lexically_normal());
  const auto host = config::read_static(files.host);
  if (!host) return failure(ErrorKind::invalid, config::to_string(host.error()));
  const control::Request request{.command = std::string(invocation.command().words),
                                 .parameters = parameters_of(invocation)};
  const auto output = [&](std::string_view bytes) -> Result<> {
    fmt::print(invocation.output(), "{}", bytes);
    return ok();
  };
  auto client = control::Client::connect(serve::control_socket(host->data_dir));
  if (!client && client.error().kind != ErrorKind::not_found)
    return std::unexpected(client.error());
  MOX_TRY(client ? client->run(request, input, output)
                 : perform_here(files, request, input, output));
  return 0;
}

} // namespace mox::cmd
