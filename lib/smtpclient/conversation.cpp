#include "smtpclient/conversation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::smtpclient {

namespace {

constexpr std::uint16_t service_not_available = 421;

Cause cause_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::timeout: return Cause::timeout;
  case ErrorKind::invalid: return Cause::protocol; // a line without an end
  default: return Cause::network;
  }
}

const std::string& shown(const Command& command) {
  return command.shown.empty() ? command.line : command.shown;
}

// What to call a command in an error.
std::string_view title(const Command& command) {
  return command.shown.empty() ? std::string_view(command.line) : to_string(command.stage);
}

bool is_wanted(const smtp::Reply& reply, Wanted wanted) {
  if (wanted == Wanted::done_or_more) return reply.code < 400;
  return reply.code / 100 == static_cast<std::uint16_t>(wanted);
}

// What was asked, for people; a greeting comes unasked.
std::string_view name_of(Stage stage, std::string_view asked) {
  return asked.empty() ? to_string(stage) : asked;
}

} // namespace

Conversation::Conversation(net::Connection connection, Options options, const Clock& clock)
    : connection_(std::move(connection)), options_(std::move(options)), clock_(&clock) {}

void Conversation::close() {
  closed_ = true;
  connection_.close();
}

async::Task<> Conversation::end() {
  closed_ = true;
  const auto without_waiting = clock_->steady();
  co_await connection_.close_gently(without_waiting);
}

net::Connection Conversation::release() && {
  closed_ = true;
  return std::move(connection_);
}

net::Deadline Conversation::until(Timeouts::Duration duration) const {
  return std::min(clock_->steady() + duration, options_.deadline);
}

void Conversation::trace(Direction direction, std::string_view line) const {
  if (options_.trace) options_.trace(direction, line);
}

std::string Conversation::server() const {
  return options_.server.empty() ? connection_.peer().to_string() : options_.server;
}

Error Conversation::error(Cause cause, Stage stage, std::string text) const {
  return {.cause = cause, .stage = stage, .text = std::move(text)};
}

Error Conversation::network_error(Stage stage, std::string_view asked,
                                  const mox::Error& reason) const {
  return error(cause_of(reason.kind), stage,
               fmt::format("{}: {}", name_of(stage, asked), reason.text));
}

Error Conversation::out_of_step(Stage stage, std::string_view asked, std::string_view what) {
  close();
  return error(Cause::protocol, stage,
               fmt::format("{}: {} {}", name_of(stage, asked), server(), what));
}

Error Conversation::reply_error(Stage stage, std::string_view asked, smtp::Reply reply) const {
  const auto words = fmt::format("{} says {}", server(), one_line(reply));
  const bool permanent = reply.code >= 500;
  return {.cause = Cause::reply,
          .stage = stage,
          .reply = std::move(reply),
          .permanent = permanent,
          .text = asked.empty() ? words : fmt::format("{}: {}", asked, words)};
}

void Conversation::hide(std::string_view secret) {
  if (!secret.empty()) hidden_.emplace_back(std::string(secret));
}

std::string Conversation::without_hidden(std::string_view line) const {
  constexpr std::string_view mask = "***";
  std::string text(line);
  for (const auto& secret : hidden_) {
    const auto hidden = secret.view();
    for (std::size_t at = 0; (at = text.find(hidden, at)) != std::string::npos; at += mask.size())
      text.replace(at, hidden.size(), mask);
  }
  return text;
}

async::Task<Result<smtp::Reply, Error>>
Conversation::read_reply(Stage stage, std::string_view asked, net::Deadline deadline) {
  smtp::ReplyParser parser;
  while (true) {
    // Deviation: LF alone ends a line too. Here it cannot make one message two.
    const auto line =
        co_await connection_.read_line(smtp::ReplyParser::max_line + 2, false, deadline);
    if (!line) {
      close();
      co_return failure(network_error(stage, asked, line.error()));
    }
    const auto text = without_hidden(*line);
    const bool challenge = stage == Stage::auth && text.starts_with("334");
    trace(Direction::received, challenge ? "334 ***" : text);
    auto reply = parser.add_line(text);
    if (!reply)
      co_return failure(out_of_step(stage, asked, "sends no reply: " + reply.error().text));
    if (!*reply) continue;
    // RFC 5321 section 3.8: it closes the connection, whatever the command was.
    if ((*reply)->code == service_not_available) close();
    co_return **std::move(reply);
  }
}

// A reply that nobody has asked for would be taken for the answer to what is asked next, and a
// message for delivered that is not.
async::Task<Result<void, Error>> Conversation::check_silence(Stage stage, std::string_view asked) {
  if (connection_.buffered().empty()) co_return Result<void, Error>();
  auto reply = co_await read_reply(stage, asked, clock_->steady());
  if (reply && reply->code == service_not_available)
    co_return failure(reply_error(stage, asked, *std::move(reply)));
  co_return failure(out_of_step(stage, asked, "sends a reply that nobody has asked for"));
}

async::Task<Result<void, Error>> Conversation::write(Stage stage, std::string_view asked,
                                                     std::string_view bytes,
                                                     net::Deadline deadline) {
  if (closed_) co_return failure(error(Cause::network, stage, "the connection is closed"));
  const auto written = co_await connection_.write(bytes, deadline);
  if (written) co_return Result<void, Error>();
  // Why it does not listen any more may have come already.
  auto reply = co_await read_reply(stage, asked, clock_->steady());
  close();
  if (reply && reply->code >= 400) co_return failure(reply_error(stage, asked, *std::move(reply)));
  co_return failure(network_error(stage, asked, written.error()));
}

async::Task<Result<void, Error>> Conversation::send(std::span<const Command> commands) {
  const auto& first = commands.front();
  if (closed_) co_return failure(error(Cause::network, first.stage, "the connection is closed"));
  MOX_CO_TRY(co_await check_silence(first.stage, title(first)));
  std::string bytes;
  std::size_t size = 0;
  for (const auto& command : commands) size += command.line.size() + 2;
  bytes.reserve(size); // no copy of a secret is left behind
  for (const auto& command : commands) {
    trace(Direction::sent, shown(command));
    bytes.append(command.line).append("\r\n");
  }
  const auto deadline = until(first.timeout);
  auto sent = co_await write(first.stage, title(first), bytes, deadline);
  text::wipe(bytes);
  co_return sent;
}

async::Task<Result<smtp::Reply, Error>> Conversation::answer(Stage stage, std::string_view asked,
                                                             Timeouts::Duration timeout,
                                                             Wanted wanted) {
  if (closed_) co_return failure(error(Cause::network, stage, "the connection is closed"));
  const auto deadline = until(timeout);
  MOX_CO_TRY_ASSIGN(reply, co_await read_reply(stage, asked, deadline));
  if (reply.code >= 400) co_return failure(reply_error(stage, asked, std::move(reply)));
  if (!is_wanted(reply, wanted)) {
    const auto what = fmt::format("answers out of turn: {}", one_line(reply));
    co_return failure(out_of_step(stage, asked, what));
  }
  co_return reply;
}

async::Task<Result<smtp::Reply, Error>> Conversation::ask(Command command, Wanted wanted) {
  MOX_CO_TRY(co_await send({&command, 1}));
  if (!command.shown.empty()) text::wipe(command.line);
  co_return co_await answer(command.stage, title(command), command.timeout, wanted);
}

async::Task<Result<void, Error>> Conversation::send_block(std::string_view bytes,
                                                          std::string_view asked) {
  const auto deadline = until(options_.timeouts.block);
  co_return co_await write(Stage::message, asked, bytes, deadline);
}

async::Task<Result<void, Error>> Conversation::start_tls(Stage stage) {
  const auto& policy = options_.tls;
  const auto deadline = until(options_.timeouts.handshake);
  const auto started =
      co_await connection_.start_tls_client(policy.context(), policy.name(), deadline);
  if (started) co_return Result<void, Error>();
  auto failed = error(Cause::tls, stage, fmt::format("{}: {}", server(), started.error().text));
  if (const auto* problem = connection_.tls_problem()) failed.tls = tls_failure(*problem);
  close();
  co_return failure(std::move(failed));
}

} // namespace mox::smtpclient
