// How commands arrive: waiting, lines, literals, and what is said to bytes that are no command.

#include "async/sleep.h"
#include "imapserver/conversation.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// Before login nobody needs long commands.
constexpr imap::ReaderLimits stranger_limits{.line = 8 * 1024,
                                             .literal = 4 * 1024,
                                             .literals_total = 16 * 1024,
                                             .literals_count = 10,
                                             .text_total = 32 * 1024};
// At a time, of a message that nobody keeps.
constexpr std::size_t drop_size = 32 * 1024;

bool tells_secret(std::string_view command) {
  return text::iequals(command, "LOGIN") || text::iequals(command, "AUTHENTICATE");
}

// What of a line is not for everybody's eyes: all behind the name of LOGIN and behind the mechanism
// of AUTHENTICATE, and all of a line that goes on behind a literal of theirs. `known` is the name
// of the command when the line is not its first.
std::string_view secret_of(std::string_view line, std::string_view known) {
  if (!known.empty()) return tells_secret(known) ? line : std::string_view();
  const auto word = [&](std::size_t from) { return std::min(line.find(' ', from), line.size()); };
  const auto tag = word(0);
  if (tag == line.size()) return {};
  const auto name = word(tag + 1);
  const auto command = line.substr(tag + 1, name - tag - 1);
  if (!tells_secret(command) || name == line.size()) return {};
  const auto end = text::iequals(command, "LOGIN") ? name : word(name + 1);
  return end == line.size() ? std::string_view() : line.substr(end + 1);
}

} // namespace

void Conversation::note_line(std::string_view line) {
  if (!session_.parts.log.enabled(log::Level::trace, "imapserver")) return;
  transcript().client(line, secret_of(line, reader_->name()));
}

async::Task<Outcome> Conversation::wait_for_command() {
  auto& connection = session_.connection;
  if (slow_) co_await async::sleep_until(deadline(seconds(1)));
  const auto until =
      deadline(authenticated_ ? seconds(authenticated_timeout) : unauthenticated_timeout);
  while (!stopping() && !connection.has_buffered_line()) {
    release_output();
    const auto woken = co_await connection.wait_readable_or(session_.wake, until);
    if (woken == net::Wake::readable) break;
    if (woken == net::Wake::timeout) co_return closing(bad("inactive"), "inactive");
  }
  if (stopping()) co_return closing(bad("shutting down"), "shutting down");
  co_return done();
}

async::Task<Outcome> Conversation::read_command() {
  if (!authenticated_) reader_->set_limits(stranger_limits);
  reader_->start();
  const bool first = commands_++ == 0;
  imap::ReaderStep step;
  auto complete = co_await read_on(step);
  if (!complete) co_return complete;
  const bool failed = step.kind == imap::ReaderStep::Kind::failed;
  auto command =
      failed ? imap::Parsed<imap::Command>(std::unexpected(step.error)) : reader_->parse();
  if (command) {
    command_ = std::make_unique<imap::Command>(std::move(*command));
    co_return done();
  }
  co_return co_await answer_syntax_error(command.error(), step, first);
}

async::Task<Outcome> Conversation::answer_syntax_error(imap::SyntaxError error,
                                                       imap::ReaderStep step, bool first) {
  const bool stranger = first && error.kind == imap::SyntaxError::Kind::unknown_command;
  // Something that speaks another protocol should hear so once, and not be answered line by line.
  constexpr auto hint = "please try again speaking imap";
  if (stranger) co_return closing(bad(hint), hint);
  session_.parts.metrics.imap_command("(unrecognized)", "badsyntax", 0);
  auto outcome = misunderstood(error, step.literal_follows);
  const bool message_follows = step.kind == imap::ReaderStep::Kind::message && !step.synchronizing;
  const auto name = reader_->name();
  reply().tagged(reader_->tag(), imap::Condition::bad, outcome.error()->code,
                 fmt::format("{}{}{}", name, name.empty() ? "" : " ", outcome.error()->text));
  if (message_follows && outcome.error()->goodbye.empty()) {
    imap::AppendMessage message;
    message.size = step.size;
    auto dropped = co_await drop_messages(message);
    if (!dropped) co_return dropped;
  }
  co_return outcome;
}

Outcome Conversation::misunderstood(const imap::SyntaxError& error, bool literal_follows) const {
  const bool too_big = error.kind == imap::SyntaxError::Kind::too_big;
  auto failed = bad(std::string(error.text), too_big ? "TOOBIG" : "");
  // Where the next command begins cannot be known any more.
  if (literal_follows) return closing(std::move(failed), "cannot go on after a literal refused");
  return failed;
}

async::Task<Outcome> Conversation::read_on(imap::ReaderStep& step) {
  auto& connection = session_.connection;
  const auto until = deadline(literal_timeout);
  for (;;) {
    const auto line = co_await connection.read_line(reader_->max_line(), false, until);
    if (!line && line.error().kind == ErrorKind::invalid)
      co_return closing(bad("line too long", "TOOBIG"), "a line may not be so long");
    if (!line) co_return unread(line.error());
    note_line(*line);
    step = reader_->add_line(*line);
    if (step.kind != imap::ReaderStep::Kind::literal) co_return done();
    auto read = co_await read_literal(step);
    if (!read) co_return read;
  }
}

async::Task<Outcome> Conversation::read_literal(const imap::ReaderStep& step) {
  if (step.synchronizing) {
    auto invited = co_await invite("go on");
    if (!invited) co_return invited;
  }
  const auto space = reader_->literal_space();
  const auto read = co_await session_.connection.read_exact(space, deadline(literal_timeout));
  if (!read) co_return unread(read.error());
  if (tells_secret(reader_->name()))
    transcript().client("", "literal");
  else
    transcript().client_data(std::string_view(space.data(), space.size()));
  co_return done();
}

async::Task<std::expected<std::string, Failure>> Conversation::read_answer(std::size_t max) {
  const auto limit = authenticated_ ? seconds(authenticated_timeout) : unauthenticated_timeout;
  const auto line = co_await session_.connection.read_line(max, false, deadline(limit));
  if (line) transcript().client(*line, *line);
  if (line) co_return std::string(*line);
  if (line.error().kind == ErrorKind::invalid)
    co_return std::unexpected(
        closing(bad("line too long", "TOOBIG"), "a line may not be so long").error());
  co_return unread(line.error());
}

// RFC 7888 section 4: a server may rather close than read a large literal to throw it away.
async::Task<Outcome> Conversation::drop_literal(std::uint64_t size) {
  const std::uint64_t most = authenticated_ ? options_.max_message_size : 0;
  if (size > most) co_return closing(bad("too big", "TOOBIG"), "a message may not be so big");
  while (size > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(size, drop_size));
    const auto bytes = co_await session_.connection.read_some(piece, deadline(literal_timeout));
    if (!bytes) co_return unread(bytes.error());
    size -= bytes->size();
  }
  co_return done();
}

async::Task<Outcome> Conversation::drop_messages(const imap::AppendMessage& message) {
  if (message.synchronizing) co_return done(); // the client waits, and hears the tagged reply
  auto dropped = co_await drop_literal(message.size);
  if (!dropped) co_return dropped;
  co_return co_await skip_rest();
}

async::Task<Outcome> Conversation::skip_rest() {
  for (;;) {
    imap::ReaderStep step;
    auto read = co_await read_on(step);
    if (!read) co_return read;
    if (step.kind == imap::ReaderStep::Kind::failed && step.literal_follows)
      co_return misunderstood(step.error, true);
    if (step.kind != imap::ReaderStep::Kind::message || step.synchronizing) co_return done();
    auto dropped = co_await drop_literal(step.size);
    if (!dropped) co_return dropped;
  }
}

} // namespace mox::imapserver
