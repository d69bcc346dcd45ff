#include "smtpserver/server.h"

#include "service/admission.h"
#include "smtpserver/conversation.h"

#include <exception>

namespace mox::smtpserver {

namespace {

using std::chrono::seconds;

smtp::EnhancedCode enhanced_code(service::Refusal refusal) {
  if (refusal == service::Refusal::stopping) return {4, 3, 2};
  return {4, 7, 0};
}

async::Task<> converse(service::Session& session, const Options& options) {
  const bool submission = options.kind == Kind::submission;
  session.parts.metrics.smtpserver_connection(submission ? "submission" : "smtp");
  const bool ready = co_await service::shake_hands(session, "smtpserver");
  if (!ready) co_return;
  Conversation conversation(session, options);
  // Nobody logs in on port 25.
  const auto slot = service::admit(session, submission ? "submission" : "");
  if (slot)
    co_await conversation.run();
  else
    co_await conversation.refuse(421, enhanced_code(slot.error()),
                                 service::to_string(slot.error()));
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
  session.parts.metrics.panic("smtpserver");
  session.parts.log.exception("smtpserver", failed, session.cid);
  Conversation conversation(session, options);
  co_await conversation.refuse(451, {4, 3, 0}, "an error of this server; try again later");
  session.connection.close();
}

} // namespace mox::smtpserver
