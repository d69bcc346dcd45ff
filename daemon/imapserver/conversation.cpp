#include "imapserver/conversation.h"

#include "async/sleep.h"
#include "imapserver/command_table.h"
#include "service/door.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <utility>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// Of logins, in metrics and scopes.
constexpr std::string_view imap_kind = "imap";

// RFC 5530 has no code for it; the texts say what the client did wrong.
constexpr std::string_view wrong_state = "not allowed in this connection state";

bool allowed(State state, Allowed allowed) {
  switch (allowed) {
  case Allowed::always: return true;
  case Allowed::not_authenticated: return state == State::not_authenticated;
  case Allowed::authenticated: return state != State::not_authenticated;
  case Allowed::selected: return state == State::selected;
  }
  return false;
}

std::string_view result_label(const Outcome& outcome) {
  if (outcome || outcome.error()->quiet) return "ok";
  const auto& failure = outcome.error();
  if (failure->gone) return "ioerror";
  if (failure->condition == imap::Condition::bad) return "badsyntax";
  return failure->detail.empty() ? "usererror" : "servererror";
}

} // namespace

Conversation::Conversation(service::Session& session, const Options& options)
    : session_(session), options_(options) {}

State Conversation::state() const {
  if (!authenticated_) return State::not_authenticated;
  return selected_ ? State::selected : State::authenticated;
}

net::Deadline Conversation::deadline(seconds length) const {
  return session_.parts.clock.steady() + length;
}

void Conversation::enter(login::Outcome outcome) {
  account_ = outcome.account;
  login_ = std::move(outcome.login);
  hidden_capabilities_ = std::move(outcome.hidden_capabilities);
  attempt_ = program_.empty() ? outcome.attempt : 0;
  std::string().swap(program_);
  authenticated_ = true;
}

login::Door Conversation::door() const {
  auto door = service::door_of(session_, imap_kind);
  door.client.program = program_;
  return door;
}

login::Attempt Conversation::attempt(std::string_view mechanism) const {
  login::Attempt attempt{
      .kind = imap_kind, .variant = mechanism, .client = service::client_of(session_)};
  attempt.client.program = program_;
  return attempt;
}

void Conversation::name_program(std::string program) {
  if (!authenticated_)
    program_ = std::move(program);
  else if (const auto attempt = std::exchange(attempt_, 0); attempt != 0)
    parts().logins.name_program(attempt, program);
}

void Conversation::select(Selected selected) {
  selected_ = std::make_unique<Selected>(std::move(selected));
}

async::Task<> Conversation::run() {
  auto outcome = co_await flush();
  while (outcome) {
    outcome = co_await serve_command();
    if (!outcome) break;
    // Replies to pipelined commands travel together.
    if (session_.connection.has_buffered_line() && !output_full()) continue;
    outcome = co_await flush();
  }
  if (outcome.error()->gone) {
    session_.parts.log.debug("imapserver", "connection ended", {{"err", outcome.error()->detail}},
                             session_.cid);
    co_return;
  }
  reply().untagged(imap::Condition::bye, {}, outcome.error()->goodbye);
  outcome = co_await flush();
}

async::Task<> Conversation::say_goodbye(std::string_view text) {
  reply().untagged(imap::Condition::bye, {}, text);
  slow_ = false;
  const auto flushed = co_await flush();
  static_cast<void>(flushed);
}

async::Task<Outcome> Conversation::serve_command() {
  auto waited = co_await wait_for_command();
  if (!waited) co_return waited;
  reader_ = std::make_unique<imap::CommandReader>();
  auto outcome = co_await read_command();
  if (outcome) outcome = co_await execute();
  forget_command();
  if (!outcome && !outcome.error()->gone && outcome.error()->goodbye.empty()) outcome = done();
  co_return outcome;
}

async::Task<Outcome> Conversation::execute() {
  const auto& command = *command_;
  auto tag = command.tag;
  const auto started = session_.parts.clock.steady();
  const auto name = imap::command_name(command.body);
  const auto* const entry = find_command(name);
  Outcome outcome = done();
  if (entry == nullptr)
    outcome = co_await refuse(command.body, bad("this command is not offered").error());
  else if (!allowed(state(), entry->allowed))
    outcome = co_await refuse(command.body, no("", std::string(wrong_state)).error());
  else
    outcome = co_await entry->run(*this, command);
  const bool may_tell = entry != nullptr && entry->telling == Telling::all;
  session_.parts.metrics.imap_command(text::lower(name), result_label(outcome),
                                      session_.parts.clock.steady() - started);
  co_return co_await finish(std::move(tag), name, may_tell, std::move(outcome));
}

// The reply to a command that is not run. Its message, when it has one, is read to where the next
// command begins.
async::Task<Outcome> Conversation::refuse(const imap::CommandBody& body, Failure failure) {
  const auto* const append = std::get_if<imap::Append>(&body);
  const auto* const replace = std::get_if<imap::Replace>(&body);
  if (append != nullptr || replace != nullptr) {
    auto dropped = co_await drop_messages(append != nullptr ? append->message : replace->message);
    if (!dropped) co_return dropped;
  }
  co_return std::unexpected(std::move(failure));
}

// The tagged reply, and before it what may be told of changes.
async::Task<Outcome> Conversation::finish(std::string tag, std::string_view name, bool may_tell,
                                          Outcome outcome) {
  if (!outcome && outcome.error()->gone) co_return outcome;
  const bool is_bad = !outcome && outcome.error()->condition == imap::Condition::bad;
  if (may_tell && !is_bad && selected_) {
    auto told = co_await tell_changes();
    if (!told) co_return told;
  }
  if (outcome) {
    reply().tagged(tag, imap::Condition::ok, outcome->code,
                   fmt::format("{} {}", name, outcome->text));
    co_return outcome;
  }
  const auto& failure = outcome.error();
  if (!failure->detail.empty())
    session_.parts.log.error("imapserver", "command failed",
                             {{"cmd", name}, {"err", failure->detail}}, session_.cid);
  if (!failure->quiet)
    reply().tagged(tag, failure->condition, failure->code,
                   fmt::format("{} {}", name, failure->text));
  co_return outcome;
}

} // namespace mox::imapserver
