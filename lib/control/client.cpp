#include "control/client.h"

#include "async/loop.h"
#include "async/pool.h"
#include "clock/clock.h"
#include "net/dialer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace mox::control {

struct Client::State {
  SystemClock clock;
  async::Loop loop;
  async::Pool pool{1};
  std::optional<ClientSession> session;
};

namespace {

Error explain(Error error, const std::filesystem::path& socket) {
  switch (error.kind) {
  case ErrorKind::not_found:
    error.text = fmt::format("no daemon is running: nobody listens at {}", socket.native());
    break;
  case ErrorKind::refused:
    error.text = fmt::format("you may not talk to the daemon at {}: use root, or the user that it "
                             "runs as",
                             socket.native());
    break;
  case ErrorKind::timeout:
    error = {ErrorKind::temporary,
             fmt::format("the daemon at {} does not answer", socket.native())};
    break;
  default: break;
  }
  return error;
}

} // namespace

Result<Client> Client::connect(const std::filesystem::path& socket, ClientOptions options) {
  auto state = std::make_unique<State>();
  auto connection =
      state->loop.run(net::connect_unix(socket, state->clock.steady() + options.hello));
  if (!connection) return failure(explain(std::move(connection).error(), socket));
  state->session.emplace(*std::move(connection), options, state->pool, state->clock);
  MOX_TRY(state->loop.run(state->session->greet()));
  return Client(std::move(state));
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<> Client::run(const Request& request, const Writer& writer) {
  return state_->loop.run(state_->session->run(request, nullptr, writer));
}

Result<> Client::run(const Request& request, Reader& reader, const Writer& writer) {
  return state_->loop.run(state_->session->run(request, &reader, writer));
}

} // namespace mox::control
