#include "smtpserver/server.h"

#include "smtpserver/conversation.h"

#include <exception>
#include <optional>

namespace mox::smtpserver {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Refusal {
  std::uint16_t detail;
  const char* text;
};

// In the order in which a peer should hear of them (spec: shutdown, rate, failed logins, open).
std::optional<Refusal> admission(const service::Session& session, Kind kind,
                                 limits::Open::Slot& slot) {
  auto& limits = session.parts.limits;
  const auto& address = session.connection.peer().address;
  if (session.parts.stopping.load()) return Refusal{2, "shutting down"};
  if (!limits.connections.add(address))
    return Refusal{0, "too many connections from your network, slow down"};
  if (kind == Kind::submission && !limits.failed_logins.allows(address)) {
    session.parts.metrics.authentication_ratelimited("submission");
    return Refusal{0, "too many auth failures"};
  }
  slot = limits.open.enter(address);
  if (!slot) return Refusal{0, "too many open connections from your network"};
  return std::nullopt;
}

async::Task<> converse(service::Session& session, const Options& options) {
  auto& connection = session.connection;
  const auto& clock = session.parts.clock;
  session.parts.metrics.smtpserver_connection(options.kind == Kind::submission ? "submission"
                                                                               : "smtp");
  if (session.listener.immediate_tls) {
    const auto started =
        co_await connection.start_tls(*session.listener.tls, clock.steady() + minutes(1));
    if (!started) {
      session.parts.log.debug("smtpserver", "tls handshake failed", {{"err", started.error().text}},
                              session.cid);
      co_return;
    }
  }
  Conversation conversation(session, options);
  limits::Open::Slot slot;
  if (const auto refusal = admission(session, options.kind, slot)) {
    const smtp::EnhancedCode enhanced{4, static_cast<std::uint16_t>(refusal->detail == 2 ? 3 : 7),
                                      refusal->detail};
    co_await conversation.refuse(421, enhanced, refusal->text);
  } else {
    co_await conversation.run();
  }
  co_await connection.close_gently(clock.steady() + seconds(5));
}

} // namespace

async::Task<> serve(service::Session session, const Options& options) {
  std::exception_ptr failed;
  try {
    co_await converse(session, options);
  } catch (...) {
    failed = std::current_exception();
  }
  if (!failed) co_return;
  session.parts.metrics.panic("smtpserver");
  session.parts.log.exception("smtpserver", failed, session.cid);
  Conversation conversation(session, options);
  co_await conversation.refuse(451, {4, 3, 0}, "an error of this server; try again later");
  session.connection.close();
}

} // namespace mox::smtpserver
