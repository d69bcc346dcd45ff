#include "smtpserver/server.h"

#include "service/admission.h"
#include "smtpserver/conversation.h"

#include <exception>
#include <string_view>
#include <utility>

namespace mox::smtpserver {

namespace {

using std::chrono::seconds;

smtp::EnhancedCode enhanced_code(service::Refusal refusal) {
  if (refusal == service::Refusal::stopping) return {4, 3, 2};
  return {4, 7, 0};
}

// A limit that is reached costs its user the connection at once: the reply is in its hands already,
// as there is no network between.
async::Task<> refuse_local_user(service::Session& session, const Options& options,
                                smtp::EnhancedCode enhanced, std::string_view text) {
  Conversation conversation(session, options);
  co_await conversation.refuse(421, enhanced, text);
  session.connection.close();
}

async::Task<> converse_with_local_user(service::Session& session, const Options& options) {
  auto& users = *options.local_users;
  if (session.parts.stopping.load())
    co_return co_await refuse_local_user(session, options, {4, 3, 2}, "shutting down");
  const auto peer = session.connection.credentials();
  if (!peer)
    co_return co_await refuse_local_user(session, options, {4, 7, 0},
                                         "the system does not say who you are");
  const auto slot = users.limits.enter(peer->uid);
  if (!slot)
    co_return co_await refuse_local_user(session, options, {4, 7, 0},
                                         localusers::to_string(slot.error()));
  auto name = co_await users.names.find(peer->uid, session.parts.pool);
  session.parts.log.debug("smtpserver", "a user of this host connects",
                          {{"user", name}, {"uid", peer->uid}, {"pid", peer->pid}}, session.cid);
  Conversation conversation(session, options,
                            localusers::User{.uid = peer->uid, .name = std::move(name)});
  co_await conversation.run();
  co_await session.connection.close_gently(session.parts.clock.steady() + seconds(5));
}

async::Task<> converse(service::Session& session, const Options& options,
                       verification::Means* means) {
  const bool submission = options.kind == Kind::submission;
  session.parts.metrics.smtpserver_connection(submission ? "submission" : "smtp");
  if (options.local_users != nullptr) co_return co_await converse_with_local_user(session, options);
  const bool ready = co_await service::shake_hands(session, "smtpserver");
  if (!ready) co_return;
  Conversation conversation(session, options, {}, means);
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

async::Task<> serve(service::Session session, const Options& options, verification::Means* means) {
  std::exception_ptr failed;
  try {
    co_await converse(session, options, means);
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
