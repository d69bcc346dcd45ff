#include "smtpclient/authentication.h"

#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::smtpclient {

namespace {

// With its CRLF (RFC 5321 section 4.5.3.1.4). RFC 4954 section 4: the initial
// response is within it.
constexpr std::size_t command_limit = 512;
// No mechanism has as many steps.
constexpr int most_challenges = 10;
constexpr std::uint16_t challenge_code = 334;
constexpr std::uint16_t cancelled_code = 501;

text::Secret encode(std::string response) {
  text::Secret encoded(text::base64_encode(response));
  text::wipe(response);
  return encoded;
}

} // namespace

Authentication::Authentication(Conversation& conversation, sasl::Client& mechanism)
    : conversation_(conversation), mechanism_(mechanism),
      title_(fmt::format("AUTH {}", mechanism.name())) {}

async::Task<Result<smtp::Reply, Error>> Authentication::say(std::string line, std::string shown) {
  const auto timeout = conversation_.options().timeouts.auth;
  Command command{
      .stage = Stage::auth, .timeout = timeout, .line = std::move(line), .shown = std::move(shown)};
  const auto sent = co_await conversation_.send({&command, 1});
  text::wipe(command.line);
  if (!sent) co_return failure(sent.error());
  co_return co_await conversation_.answer(Stage::auth, title_, timeout, Wanted::done_or_more);
}

async::Task<Result<smtp::Reply, Error>> Authentication::begin() {
  auto initial = mechanism_.start();
  if (!initial)
    co_return failure(
        conversation_.error(Cause::login, Stage::auth, std::move(initial).error().text));
  held_ = encode(*std::move(initial));
  const auto size = title_.size() + 1 + held_.view().size() + 2;
  if (held_.view().empty() || size > command_limit) co_return co_await say(title_, title_);
  std::string line;
  line.reserve(size);
  line.append(title_).append(" ").append(held_.view());
  conversation_.hide(held_.view());
  held_ = {};
  co_return co_await say(std::move(line), title_ + " ***");
}

// The response to a challenge, as it is to be sent.
Result<text::Secret> Authentication::respond(const smtp::Reply& challenge) {
  if (!held_.view().empty()) return std::exchange(held_, {});
  if (challenge.lines.size() != 1)
    return failure(ErrorKind::invalid, "the server's challenge has several lines");
  const auto decoded = text::base64_decode(challenge.lines.front());
  if (!decoded) return failure(ErrorKind::invalid, "the server's challenge is not base64");
  MOX_TRY_ASSIGN(response, mechanism_.next(*decoded));
  return encode(std::move(response));
}

async::Task<Result<void, Error>> Authentication::run() {
  auto reply = co_await begin();
  for (int left = most_challenges;; --left) {
    if (!reply) co_return failure(std::move(reply).error());
    if (reply->code < 300) co_return end();
    if (reply->code != challenge_code)
      co_return failure(
          conversation_.out_of_step(Stage::auth, title_, "answers with no challenge"));
    if (left == 0)
      co_return co_await cancel({ErrorKind::invalid, "the server does not come to an end"});
    auto response = respond(*reply);
    if (!response) co_return co_await cancel(std::move(response).error());
    conversation_.hide(response->view());
    std::string line(response->view());
    reply = co_await say(std::move(line), "***");
  }
}

// RFC 4954 section 4: the server answers "*" with 501. One that has refused us
// already, by the means of the mechanism, says so with another.
async::Task<Result<void, Error>> Authentication::cancel(mox::Error reason) {
  const auto reply = co_await say("*", "*");
  auto error =
      conversation_.error(Cause::login, Stage::auth,
                          fmt::format("{}: {}: {}", title_, conversation_.server(), reason.text));
  if (reply || !reply.error().reply) {
    conversation_.close(); // whatever it is that succeeded
  } else {
    error.reply = reply.error().reply;
    error.permanent = reply.error().permanent && error.reply->code != cancelled_code;
  }
  co_return failure(std::move(error));
}

Result<void, Error> Authentication::end() {
  if (mechanism_.finished()) return {};
  // Somebody who does not know the password's verifier says yes all the same.
  conversation_.close();
  return failure(
      conversation_.error(Cause::login, Stage::auth,
                          fmt::format("{}: {} reports success before it has proven who it is",
                                      title_, conversation_.server())));
}

} // namespace mox::smtpclient
