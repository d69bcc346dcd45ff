#include "service/admission.h"

#include <chrono>
#include <utility>

namespace mox::service {

namespace {

constexpr std::chrono::minutes handshake_timeout{1};

} // namespace

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
  case Refusal::stopping: return "shutting down";
  case Refusal::too_often: return "too many connections from your network, slow down";
  case Refusal::failed_logins: return "too many failed logins from your network";
  case Refusal::too_many: return "too many open connections from your network";
  }
  std::unreachable();
}

async::Task<bool> shake_hands(Session& session, std::string_view package) {
  if (!session.listener.immediate_tls) co_return true;
  const auto until = session.parts.clock.steady() + handshake_timeout;
  const auto started = co_await session.connection.start_tls(*session.listener.tls, until);
  if (!started)
    session.parts.log.debug(package, "tls handshake failed", {{"err", started.error().text}},
                            session.cid);
  co_return started.has_value();
}

std::expected<limits::Open::Slot, Refusal> admit(const Session& session, std::string_view logins) {
  auto& limits = session.parts.limits;
  const auto& address = session.connection.peer().address;
  if (session.parts.stopping.load()) return std::unexpected(Refusal::stopping);
  if (!limits.connections.add(address)) return std::unexpected(Refusal::too_often);
  if (!logins.empty() && !limits.failed_logins.allows(address)) {
    session.parts.metrics.authentication_ratelimited(logins);
    return std::unexpected(Refusal::failed_logins);
  }
  auto slot = limits.open.enter(address);
  if (!slot) return std::unexpected(Refusal::too_many);
  return slot;
}

} // namespace mox::service
