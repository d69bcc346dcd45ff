#include "smtpserver/conversation.h"

#include "async/sleep.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace mox::smtpserver {

namespace {

using std::chrono::seconds;

// For one read or one write.
constexpr seconds io_timeout{30};
// For a last word: who was silent for so long may not be listening either.
constexpr seconds last_word_timeout{10};
// A peer that was slowed down still gets its whole reply before it loses patience.
constexpr seconds slow_write_limit{25};
// Replies to pipelined commands are collected up to this size.
constexpr std::size_t output_limit = 16 * 1024;

// Of AUTH what stands behind the mechanism (RFC 4954 section 4).
std::string_view secret_of(std::string_view line) {
  constexpr std::string_view auth = "AUTH ";
  if (!text::istarts_with(line, auth)) return {};
  const auto begin = line.find_first_not_of(' ', auth.size());
  const auto end = line.find(' ', std::min(begin, line.size()));
  return end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
}

} // namespace

Conversation::Conversation(service::Session& session, const Options& options,
                           std::optional<localusers::User> local_user, verification::Means* means)
    : session_(session), options_(options),
      transcript_(session.parts.log, "smtpserver", session.cid), local_user_(std::move(local_user)),
      means_(means) {}

net::Deadline Conversation::deadline() const {
  return session_.parts.clock.steady() + io_timeout;
}

void Conversation::reply(std::uint16_t code, std::uint16_t subject, std::uint16_t detail,
                         std::string_view text) {
  const smtp::EnhancedCode enhanced{static_cast<std::uint16_t>(code / 100), subject, detail};
  smtp::append_reply(output_, code, enhanced, text);
  last_code_ = code;
  last_enhanced_ = smtp::to_string(enhanced);
}

void Conversation::reply_failure(const Failure& failure) {
  if (!failure.detail.empty())
    session_.parts.log.error("smtpserver", "command failed",
                             {{"code", failure.code}, {"err", failure.detail}}, session_.cid);
  // The id leads an administrator to the log lines of this connection.
  const auto text =
      fmt::format("{} ({})", failure.text, options_.received_ids.encrypt(session_.cid));
  smtp::append_reply(output_, failure.code, failure.enhanced, text);
  last_code_ = failure.code;
  last_enhanced_ = smtp::to_string(failure.enhanced);
}

async::Task<Outcome> Conversation::flush() {
  if (slow_) co_return co_await flush_slowly();
  const auto bytes = std::exchange(output_, {});
  transcript_.server(bytes);
  const auto written = co_await session_.connection.write(bytes, deadline());
  if (!written) co_return gone(written.error().text);
  co_return Outcome();
}

// One byte a second, to cost a guesser time; the rest at once before the peer's patience ends.
async::Task<Outcome> Conversation::flush_slowly() {
  const auto bytes = std::exchange(output_, {});
  transcript_.server(bytes);
  const auto until = session_.parts.clock.steady() + slow_write_limit;
  std::size_t sent = 0;
  while (sent < bytes.size() && session_.parts.clock.steady() < until) {
    const auto written =
        co_await session_.connection.write(std::string_view(bytes).substr(sent, 1), deadline());
    if (!written) co_return gone(written.error().text);
    ++sent;
    const bool stopping = co_await pause(seconds(1));
    if (stopping) break;
  }
  const auto written =
      co_await session_.connection.write(std::string_view(bytes).substr(sent), deadline());
  if (!written) co_return gone(written.error().text);
  co_return Outcome();
}

async::Task<bool> Conversation::pause(seconds length) {
  const auto until = session_.parts.clock.steady() + length;
  while (!session_.parts.stopping.load()) {
    const bool woken = co_await session_.wake.wait(until);
    if (!woken) co_return false;
  }
  co_return true;
}

async::Task<Result<std::string_view>> Conversation::read_command_line() {
  if (slow_) {
    const bool stopping = co_await pause(seconds(1));
    if (stopping) co_return failure(ErrorKind::closed, "the server stops");
  }
  co_return co_await read_line(max_command_line);
}

async::Task<Result<std::string_view>> Conversation::read_line(std::size_t max) {
  const auto until = deadline();
  while (!session_.connection.has_buffered_line() && !session_.parts.stopping.load()) {
    const auto woken = co_await session_.connection.wait_readable_or(session_.wake, until);
    if (woken == net::Wake::readable) break;
    if (woken == net::Wake::timeout) co_return failure(ErrorKind::timeout, "no line came");
  }
  if (session_.parts.stopping.load()) co_return failure(ErrorKind::closed, "the server stops");
  co_return co_await session_.connection.read_line(max, false, until);
}

async::Task<> Conversation::refuse(std::uint16_t code, smtp::EnhancedCode enhanced,
                                   std::string_view text) {
  smtp::append_reply(output_, code, enhanced, text);
  co_await write_last_word();
}

async::Task<> Conversation::write_last_word() {
  const auto bytes = std::exchange(output_, {});
  transcript_.server(bytes);
  const auto until = session_.parts.clock.steady() + last_word_timeout;
  const auto written = co_await session_.connection.write(bytes, until);
  static_cast<void>(written);
}

async::Task<> Conversation::end(const Failure& failure) {
  if (failure.code != 0) reply_failure(failure);
  // RFC 5321 section 3.8: 421 is said by a server that cannot wait any longer.
  if (failure.code == 421) co_return co_await write_last_word();
  if (output_.empty()) co_return;
  const auto flushed = co_await flush();
  static_cast<void>(flushed);
}

async::Task<> Conversation::run() {
  auto fault = find_fault(Stage::connect, {}, {});
  if (const auto acted = co_await act_out(std::move(fault)); !acted) {
    const auto& failure = acted.error();
    if (failure.code != 0) co_await refuse(failure.code, {}, failure.text);
    co_return;
  }
  // RFC 5321 section 4.2: the greeting has no enhanced code. The software's name and version are
  // nobody's business before login.
  smtp::append_reply(output_, 220, {}, fmt::format("{} ESMTP", session_.listener.hostname));
  auto flushed = co_await flush();
  while (flushed) {
    const auto served = co_await serve_command();
    if (!served) co_return co_await end(served.error());
    if (session_.connection.has_buffered_line() && output_.size() < output_limit) continue;
    flushed = co_await flush();
  }
}

async::Task<Outcome> Conversation::serve_command() {
  const auto line = co_await read_command_line();
  if (session_.parts.stopping.load()) co_return shutting_down();
  if (!line && line.error().kind == ErrorKind::invalid)
    co_return closing(fail(500, 5, 0, fmt::format("a line may have {} bytes", max_command_line)));
  if (!line) co_return unread(line.error(), "no command came in time");

  transcript_.client(*line, secret_of(*line));

  const auto started = session_.parts.clock.steady();
  const bool first = commands_++ == 0;
  auto command = smtp::parse_command(*line, {.submission = submission()});
  std::string name = "(unknown)";
  Outcome outcome;
  if (command) {
    name = text::lower(smtp::command_name(*command));
    outcome = co_await execute(std::move(*command));
  } else {
    const auto& error = command.error();
    const bool stranger = first && error.kind == smtp::CommandError::Kind::unknown_command;
    if (stranger)
      outcome = closing(fail(500, 5, 2, "please speak SMTP here"));
    else
      outcome = std::unexpected(Failure{
          .code = error.code, .enhanced = error.enhanced, .text = error.text, .detail = {}});
  }
  if (!outcome && !outcome.error().close) {
    reply_failure(outcome.error());
    outcome = Outcome();
  } else if (!outcome && outcome.error().code != 0) {
    last_code_ = outcome.error().code;
    last_enhanced_ = smtp::to_string(outcome.error().enhanced);
  }
  session_.parts.metrics.smtpserver_command(kind(), name, last_code_, last_enhanced_,
                                            session_.parts.clock.steady() - started);
  co_return outcome;
}

async::Task<Outcome> Conversation::execute(smtp::Command command) {
  auto choose = [this](auto& body) { return on(body); };
  auto task = std::visit(choose, command);
  co_return co_await std::move(task);
}

} // namespace mox::smtpserver
