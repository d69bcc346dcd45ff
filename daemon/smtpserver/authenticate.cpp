// AUTH (RFC 4954): the exchange of a mechanism, and the login at its end.

#include "async/sleep.h"
#include "login/exchange.h"
#include "sasl/response.h"
#include "service/door.h"
#include "smtpserver/conversation.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace mox::smtpserver {

namespace {

using std::chrono::seconds;

// RFC 4954 section 4.
constexpr std::size_t max_response_line = 12288;
// From the next failure on, each attempt waits a second longer.
constexpr std::uint32_t free_failures = 3;

std::unexpected<Failure> refusal(login::Mistake why) {
  switch (why) {
  case login::Mistake::malformed: return fail(501, 5, 2, "the response does not fit the mechanism");
  case login::Mistake::other_user: return fail(535, 7, 8, "nobody may act for another user");
  case login::Mistake::out_of_order: return fail(503, 5, 1, "the exchange is over");
  }
  std::unreachable();
}

std::unexpected<Failure> refusal(sasl::ResponseError why) {
  if (why == sasl::ResponseError::cancelled) return fail(501, 5, 0, "cancelled");
  return fail(501, 5, 2, "the response is not base64");
}

} // namespace

Outcome Conversation::check_auth_allowed(std::string_view mechanism) const {
  if (!submission()) return fail(503, 5, 1, "no login on this port; mail programs use submission");
  if (local_user_) return fail(503, 5, 1, "no login here: the system says who you are");
  if (!hello_) return fail(503, 5, 1, "say EHLO first");
  if (account_) return fail(503, 5, 1, "you are logged in already");
  if (transaction_) return fail(503, 5, 1, "no login within a transaction"); // section 4
  const bool shows_password = mechanism == "PLAIN" || mechanism == "LOGIN";
  if (shows_password && !passwords_allowed())
    return fail(538, 7, 11, "TLS is needed for a password; see STARTTLS");
  return Outcome();
}

async::Task<Outcome> Conversation::on(smtp::Auth& auth) {
  if (auto allowed = check_auth_allowed(auth.mechanism); !allowed) co_return allowed;
  auto fault = find_fault(Stage::auth, {}, {});
  if (auto acted = co_await act_out(std::move(fault)); !acted) co_return acted;
  auto outcome = co_await run_mechanism(auth);
  co_return outcome;
}

// One challenge and the response to it, still in base64. Replies that were collected before go out
// with it.
async::Task<std::expected<std::string, Failure>> Conversation::challenge(std::string_view text) {
  output_ += fmt::format("334 {}\r\n", text::base64_encode(text));
  if (auto flushed = co_await flush(); !flushed) co_return std::unexpected(flushed.error());
  const auto line = co_await read_line(max_response_line);
  if (session_.parts.stopping.load()) co_return shutting_down();
  if (!line && line.error().kind == ErrorKind::invalid)
    co_return closing(fail(500, 5, 6, fmt::format("a line may have {} bytes", max_response_line)));
  if (!line) co_return unread(line.error(), "no response came in time");
  transcript_.client(*line, *line);
  co_return std::string(*line);
}

async::Task<Outcome> Conversation::run_mechanism(const smtp::Auth& auth) {
  const auto& parts = session_.parts;
  if (!parts.limits.failed_logins.allows(session_.connection.peer().address)) {
    parts.metrics.authentication_ratelimited("submission");
    co_return closing(fail(421, 7, 0, "too many failed logins from your network"));
  }
  const auto exchange =
      login::Exchange::begin(parts.logins, service::door_of(session_, "submission"), auth.mechanism,
                             passwords_allowed(), parts.random);
  if (exchange == nullptr) co_return fail(504, 5, 4, "that mechanism is not offered");
  std::optional<text::Secret> initial;
  if (auth.initial) {
    auto decoded = sasl::decode_initial_response(*auth.initial);
    if (!decoded) co_return refusal(decoded.error());
    initial = *std::move(decoded);
  }
  std::optional<std::string_view> first;
  if (initial) first = initial->view();
  auto turn = co_await exchange->start(first);
  while (auto* ask = std::get_if<login::Ask>(&turn)) {
    auto line = co_await challenge(ask->text);
    if (!line) co_return std::unexpected(std::move(line).error());
    auto response = sasl::decode_response(*line);
    text::wipe(*line);
    if (response) {
      turn = co_await exchange->next(response->view());
      continue;
    }
    auto verdict = exchange->abort();
    if (!verdict) co_return refusal(response.error());
    turn = *std::move(verdict);
  }
  if (const auto* mistake = std::get_if<login::Mistake>(&turn)) co_return refusal(*mistake);
  co_return co_await enter(std::get<login::Outcome>(std::move(turn)));
}

async::Task<Outcome> Conversation::enter(login::Outcome outcome) {
  using enum login::Verdict;
  switch (outcome.verdict) {
  case ok: break;
  case overloaded: co_return fail(454, 7, 0, "too many logins at once, try again");
  case error: co_return fail(454, 7, 0, "logins are not possible for the moment, try again");
  case disabled: co_return fail(525, 7, 13, outcome.text);
  case bad_protocol: co_return fail(455, 7, 0, "the exchange does not follow the mechanism");
  case bad_binding:
    co_return fail(535, 7, 7,
                   "the login is not bound to this TLS connection; is somebody between?");
  default: co_return co_await refuse_login(outcome.login);
  }
  failed_logins_ = 0;
  slow_ = false;
  account_ = outcome.account;
  login_ = std::move(outcome.login);
  reply(235, 7, 0, "welcome");
  co_return Outcome();
}

async::Task<Outcome> Conversation::refuse_login(std::string_view login) {
  ++failed_logins_;
  slow_ = failed_logins_ >= free_failures;
  if (failed_logins_ > free_failures) {
    const bool stopping = co_await pause(seconds(failed_logins_ - free_failures));
    static_cast<void>(stopping);
  }
  session_.parts.log.info("smtpserver", "login failed", {{"user", login}}, session_.cid);
  co_return fail(535, 7, 8, "wrong user or password");
}

} // namespace mox::smtpserver
