#include "imapserver/server.h"

#include "imapserver/conversation.h"
#include "imapserver/offer.h"
#include "service/admission.h"

#include <fmt/format.h>

#include <exception>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// Who shows the key of an account when TLS begins the connection is greeted as its user, and need
// not log in.
async::Task<bool> enter_by_key(const service::Session& session, Conversation& conversation) {
  if (!session.listener.immediate_tls) co_return false;
  auto attempt = conversation.attempt("tlsclientauth");
  auto outcome = co_await session.parts.logins.greet(std::move(attempt));
  if (!outcome || outcome->verdict != login::Verdict::ok) co_return false;
  conversation.enter(*std::move(outcome));
  co_return true;
}

async::Task<> converse(service::Session& session, const Options& options) {
  session.parts.metrics.imap_connection(session.listener.immediate_tls ? "imaps" : "imap");
  const bool ready = co_await service::shake_hands(session, "imapserver");
  if (!ready) co_return;
  Conversation conversation(session, options);
  const auto slot = service::admit(session, "imap");
  if (slot) {
    const bool known = co_await enter_by_key(session, conversation);
    const auto code = capabilities(offer_of(conversation));
    auto text = fmt::format("{} IMAP", session.listener.hostname);
    if (known) text += ", you are " + conversation.login();
    conversation.reply().untagged(known ? imap::Condition::preauth : imap::Condition::ok, code,
                                  text);
    co_await conversation.run();
  } else {
    co_await conversation.say_goodbye(service::to_string(slot.error()));
  }
  co_await session.connection.close_gently(session.parts.clock.steady() + seconds(5));
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
