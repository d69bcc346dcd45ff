#include "smtpclient/transaction.h"

#include "smtp/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::smtpclient {

namespace {

// So that neither side's buffers fill while the other only writes (RFC 2920 section 3.1).
constexpr std::size_t commands_at_once = 100;
constexpr std::size_t block_size = 65536;
constexpr std::string_view the_message = "the message";
constexpr std::string_view its_end = "the end of the message";

} // namespace

void Transaction::fail_rest(const Error& error) {
  for (auto& outcome : outcomes_)
    if (!outcome) outcome = error;
}

Sent Transaction::result() {
  Sent sent;
  sent.reply = std::move(reply_);
  for (auto& outcome : outcomes_) {
    if (outcome)
      sent.recipients.emplace_back(failure(*std::move(outcome)));
    else
      sent.recipients.emplace_back();
  }
  return sent;
}

async::Task<Sent> Transaction::run(MessageSource& source) {
  if (auto error = refusal()) {
    fail_rest(*error);
    co_return result();
  }
  const auto all = steps();
  if (std::ranges::none_of(all, [](const Step& step) { return step.command.stage == Stage::rcpt; }))
    co_return result();
  auto done = co_await exchange(all);
  if (done) done = co_await finish(source);
  if (!done) fail_rest(done.error());
  co_return result();
}

async::Task<Result<void, Error>> Transaction::exchange(std::span<const Step> steps) {
  const std::size_t most = extensions_.pipelining ? commands_at_once : 1;
  while (!steps.empty() && !is_futile(steps.front())) {
    const auto group = steps.first(std::min(most, steps.size()));
    steps = steps.subspan(group.size());
    MOX_CO_TRY(co_await exchange_group(group));
  }
  co_return Result<void, Error>();
}

// Whether the outcome is known, so that nothing more need be said.
bool Transaction::is_futile(const Step& next) const {
  return mail_refused_ || (next.command.stage == Stage::data && accepted_ == 0);
}

async::Task<Result<void, Error>> Transaction::exchange_group(std::span<const Step> group) {
  std::vector<Command> commands;
  commands.reserve(group.size());
  for (const auto& step : group) commands.push_back(step.command);
  MOX_CO_TRY(co_await conversation_.send(commands));
  for (const auto& step : group) {
    const auto& command = step.command;
    const auto wanted = command.stage == Stage::data ? Wanted::more : Wanted::done;
    auto reply =
        co_await conversation_.answer(command.stage, command.line, command.timeout, wanted);
    MOX_CO_TRY(take(step, std::move(reply)));
  }
  co_return Result<void, Error>();
}

// What a reply changes. Fails when nothing more can come of the transaction or the connection.
Result<void, Error> Transaction::take(const Step& step, Result<smtp::Reply, Error> reply) {
  if (!reply && (conversation_.closed() || reply.error().cause != Cause::reply))
    return failure(std::move(reply).error());
  switch (step.command.stage) {
  case Stage::rset:
    if (!reply) {
      conversation_.close();
      return failure(std::move(reply).error());
    }
    needs_reset_ = false;
    break;
  case Stage::mail:
    if (!reply) mail_refused_ = std::move(reply).error();
    needs_reset_ = !mail_refused_;
    break;
  case Stage::rcpt:
    if (reply)
      ++accepted_;
    else if (!mail_refused_)
      outcomes_[step.recipient] = std::move(reply).error();
    break;
  default:
    data_awaited_ = reply.has_value();
    if (!reply) data_refused_ = std::move(reply).error();
  }
  return {};
}

async::Task<Result<void, Error>> Transaction::finish(MessageSource& source) {
  if (data_awaited_ && mail_refused_ && accepted_ > 0) {
    // An empty message could be delivered now.
    conversation_.close();
    co_return failure(*std::move(mail_refused_));
  }
  if (data_awaited_ && accepted_ == 0) {
    MOX_CO_TRY(co_await send_nothing());
  }
  if (mail_refused_) co_return failure(*std::move(mail_refused_));
  if (accepted_ == 0) co_return Result<void, Error>();
  if (data_refused_) co_return failure(*std::move(data_refused_));
  co_return co_await send_message(source);
}

async::Task<Result<void, Error>> Transaction::send_nothing() {
  conversation_.trace(Direction::sent, "... (nothing)");
  MOX_CO_TRY(co_await conversation_.send_block(".\r\n", the_message));
  const auto timeout = conversation_.options().timeouts.message;
  const auto reply = co_await conversation_.answer(Stage::message, its_end, timeout, Wanted::done);
  if (!reply && conversation_.closed()) co_return failure(reply.error());
  co_return Result<void, Error>();
}

async::Task<Result<void, Error>> Transaction::send_message(MessageSource& source) {
  std::uint64_t size = 0;
  while (true) {
    const auto piece = co_await source.next();
    if (!piece) co_return failure(abandon(piece.error().text));
    if (piece->empty()) break;
    size += piece->size();
    for (auto rest = *piece; !rest.empty(); rest.remove_prefix(std::min(rest.size(), block_size))) {
      stuffer_.append(block_, rest.substr(0, block_size));
      if (block_.size() < block_size) continue;
      MOX_CO_TRY(co_await flush());
    }
  }
  stuffer_.finish(block_);
  MOX_CO_TRY(co_await flush());
  conversation_.trace(Direction::sent, fmt::format("... ({} bytes)", size));
  co_return co_await end_message();
}

// A bare CR or LF could be the end of the message to another server than to us.
async::Task<Result<void, Error>> Transaction::flush() {
  if (stuffer_.bare()) {
    auto error = abandon("a line of the message does not end in CRLF");
    error.permanent = true;
    co_return failure(std::move(error));
  }
  auto sent = co_await conversation_.send_block(block_, the_message);
  block_.clear();
  co_return sent;
}

// There is no other way to take back a message that has begun.
Error Transaction::abandon(std::string text) {
  conversation_.close();
  return conversation_.error(Cause::message, Stage::message, std::move(text));
}

async::Task<Result<void, Error>> Transaction::end_message() {
  const auto timeout = conversation_.options().timeouts.message;
  auto reply = co_await conversation_.answer(Stage::message, its_end, timeout, Wanted::done);
  if (!reply) co_return failure(std::move(reply).error());
  needs_reset_ = false;
  reply_ = *std::move(reply);
  co_return Result<void, Error>();
}

} // namespace mox::smtpclient
