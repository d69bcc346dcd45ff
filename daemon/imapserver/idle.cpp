// IDLE (RFC 2177): changes are told as they happen.

#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "text/ascii.h"

namespace mox::imapserver {

namespace {

constexpr std::size_t max_done_line = 1024;

// Until the client has something to say. An idle client costs what this coroutine holds.
async::Task<Outcome> tell_until_readable(Conversation& conversation) {
  auto& session = conversation.session();
  const wakeup::Registry::Registration registration(session.registry, conversation.account(),
                                                    session.wake);
  const auto until = conversation.deadline(Conversation::authenticated_timeout);
  for (;;) {
    if (conversation.state() == State::selected) {
      auto told = co_await conversation.tell_changes();
      if (!told) co_return told;
    }
    auto flushed = co_await conversation.flush();
    if (!flushed) co_return flushed;
    if (conversation.stopping()) co_return closing(bad("shutting down"), "shutting down");
    if (session.connection.has_buffered_line()) co_return done();
    conversation.release_output();
    const auto woken = co_await session.connection.wait_readable_or(session.wake, until);
    if (woken == net::Wake::readable) co_return done();
    if (woken == net::Wake::timeout) co_return closing(bad("inactive"), "inactive");
  }
}

} // namespace

async::Task<Outcome> run_idle(Conversation& conversation, const imap::Command&) {
  conversation.forget_command();
  conversation.reply().continuation("idling");
  auto told = co_await tell_until_readable(conversation);
  if (!told) co_return told;
  const auto line = co_await conversation.read_answer(max_done_line);
  if (!line) co_return std::unexpected(line.error());
  if (text::iequals(text::trim(*line), "DONE")) co_return done();
  co_return closing(bad("only DONE ends IDLE"), "only DONE ends IDLE");
}

} // namespace mox::imapserver
