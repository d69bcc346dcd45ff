#include "imapserver/server.h"

#include "imapserver/conversation.h"
#include "imapserver/offer.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <string_view>

namespace mox::imapserver {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Why a client is not served; in the order in which it should hear of them.
std::optional<std::string_view> refusal(const service::Session& session, limits::Open::Slot& slot) {
  auto& limits = session.parts.limits;
  const auto& address = session.connection.peer().address;
  if (session.parts.stopping.load()) return "shutting down";
  if (!limits.connections.add(address)) return "connection rate from your network is too high";
  if (!limits.failed_logins.allows(address)) {
    session.parts.metrics.authentication_ratelimited("imap");
    return "too many failed logins from your network";
  }
  slot = limits.open.enter(address);
  if (!slot) return "too many open connections from your network";
  return std::nullopt;
}

async::Task<> converse(service::Session& session, const Options& options) {
  auto& connection = session.connection;
  const auto& clock = session.parts.clock;
  session.parts.metrics.imap_connection(session.listener.immediate_tls ? "imaps" : "imap");
  if (session.listener.immediate_tls) {
    const auto started =
        co_await connection.start_tls(*session.listener.tls, clock.steady() + minutes(1));
    if (!started) {
      session.parts.log.debug("imapserver", "tls handshake failed", {{"err", started.error().text}},
                              session.cid);
      connection.close();
      co_return;
    }
  }
  Conversation conversation(session, options);
  limits::Open::Slot slot;
  if (const auto reason = refusal(session, slot)) {
    co_await conversation.say_goodbye(*reason);
  } else {
    const auto code = capabilities(offer_of(conversation));
    conversation.reply().untagged(imap::Condition::ok, code,
                                  fmt::format("{} IMAP", session.listener.hostname));
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
  session.parts.metrics.panic("imapserver");
  session.parts.log.exception("imapserver", failed, session.cid);
  Conversation conversation(session, options);
  co_await conversation.say_goodbye("an error of this server");
  session.connection.close();
}

} // namespace mox::imapserver
