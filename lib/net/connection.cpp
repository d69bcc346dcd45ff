#include "net/connection.h"

#include "channelbinding/channel_bindings.h"
#include "net/connection_state.h"
#include "tls/client_context.h"
#include "tls/server_context.h"

#include <fmt/format.h>

#include <utility>

namespace mox::net {

using tls::Status;
using tls::Step;

namespace {

// What a peer still sends is thrown away up to here; then it has to live with a reset.
constexpr std::size_t max_drained = 65536;

// A handshake that TLS itself has nothing to say of.
tls::HandshakeProblem unexplained(const Error& error) {
  using Kind = tls::HandshakeProblem::Kind;
  const auto kind = error.kind == ErrorKind::timeout ? Kind::timeout : Kind::closed;
  return {.kind = kind, .text = error.text};
}

} // namespace

Connection::Connection(std::unique_ptr<Transport> transport)
    : state_(std::make_shared<State>(std::move(transport))) {}

Connection::~Connection() {
  if (state_) state_->close();
}

Connection::Connection(Connection&&) noexcept = default;

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

const Endpoint& Connection::peer() const {
  return state_->transport->peer();
}

const Endpoint& Connection::local() const {
  return state_->transport->local();
}

std::optional<PeerCredentials> Connection::credentials() const {
  return state_->transport->credentials();
}

async::Executor Connection::executor() const {
  return state_->transport->executor();
}

const tls::HandshakeProblem* Connection::tls_problem() const {
  return state_->tls_problem.get();
}

const tls::Session* Connection::tls() const {
  return state_->tls ? &state_->tls->session : nullptr;
}

channelbinding::ChannelBindings Connection::channel_bindings() const {
  if (!state_->tls) return {};
  return state_->tls->stream.channel_bindings();
}

async::Task<Result<>> Connection::State::handshake(tls::Stream stream, Deadline deadline) {
  constexpr std::string_view doing = "TLS handshake with";
  while (!is_closed) {
    const Step step = stream.handshake();
    if (step.status == Status::done) {
      auto session = stream.session();
      tls = std::make_unique<Tls>(std::move(stream), std::move(session));
      co_return ok();
    }
    if (const auto& problem = stream.problem())
      tls_problem = std::make_unique<tls::HandshakeProblem>(*problem);
    if (step.status == Status::failed && step.error_number == 0)
      co_return failure(ErrorKind::io,
                        fmt::format("{} {}: {}", doing, transport->peer_name(), stream.error()));
    if (step.status != Status::want_read && step.status != Status::want_write)
      co_return step_failure(step, doing);
    const int end = co_await wait(reading, step.status, deadline);
    if (end != ready) co_return wait_failure(end, doing);
  }
  co_return wait_failure(closed, doing);
}

async::Task<Result<>> Connection::start_tls(tls::ServerContext& context, Deadline deadline) {
  State& state = *state_;
  if (state.tls) co_return failure(ErrorKind::refused, "TLS is active already");
  if (!state.buffer.empty())
    co_return failure(ErrorKind::refused, "plaintext came behind the command to start TLS");
  state.buffer.release();
  MOX_CO_TRY_ASSIGN(stream, tls::Stream::server(context, *state.transport));
  co_return co_await state.handshake(std::move(stream), deadline);
}

async::Task<Result<>> Connection::start_tls_client(tls::ClientContext& context,
                                                   std::string server_name, Deadline deadline) {
  State& state = *state_;
  if (state.tls) co_return failure(ErrorKind::refused, "TLS is active already");
  if (!state.buffer.empty())
    co_return failure(ErrorKind::refused, "plaintext came behind the reply that starts TLS");
  state.buffer.release();
  MOX_CO_TRY_ASSIGN(stream, tls::Stream::client(context, *state.transport, server_name));
  auto done = co_await state.handshake(std::move(stream), deadline);
  if (!done && !state.tls_problem)
    state.tls_problem = std::make_unique<tls::HandshakeProblem>(unexplained(done.error()));
  co_return done;
}

async::Task<> Connection::State::drain(Deadline deadline) {
  for (std::size_t drained = 0; drained < max_drained && !is_closed;) {
    buffer.take(buffer.bytes().size());
    const Step step = transport->receive(buffer.room(0));
    if (step.status == Status::done) {
      drained += step.size;
      continue;
    }
    buffer.release();
    if (step.status != Status::want_read) co_return;
    const int end = co_await wait(reading, step.status, deadline);
    if (end != ready) co_return;
  }
}

async::Task<> Connection::close_gently(Deadline deadline) {
  State& state = *state_;
  if (state.is_closed) co_return;
  // A close_notify that finds no room is not worth a wait.
  if (state.tls && !state.sending_broke) state.tls->stream.end();
  state.transport->end_sending();
  if (!state.reading.suspension.suspended()) co_await state.drain(deadline);
  state.close();
}

void Connection::close() {
  state_->close();
}

} // namespace mox::net
