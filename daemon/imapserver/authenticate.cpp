// STARTTLS, LOGIN and AUTHENTICATE: from a stranger to a user.

#include "async/sleep.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/offer.h"
#include "login/exchange.h"
#include "sasl/response.h"
#include "text/base64.h"
#include "text/secret.h"

#include <optional>
#include <utility>
#include <variant>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// From the fourth failure on each attempt waits that much longer.
constexpr std::uint32_t free_failures = 3;
constexpr std::size_t max_sasl_line = 12 * 1024;

Outcome check_privacy(const Conversation& conversation) {
  if (conversation.passwords_allowed()) return done();
  return no("PRIVACYREQUIRED", "TLS is needed for a password");
}

Outcome check_rate(const Conversation& conversation) {
  const auto& parts = conversation.parts();
  if (parts.limits.failed_logins.allows(conversation.session().connection.peer().address))
    return done();
  parts.metrics.authentication_ratelimited("imap");
  return closing(no("", "too many failed logins from your network"), "too many failed logins");
}

async::Task<Outcome> refuse_login(Conversation& conversation) {
  const auto failures = conversation.count_failed_login();
  if (failures > free_failures)
    co_await async::sleep_until(conversation.deadline(seconds(failures - free_failures)));
  co_return no("AUTHENTICATIONFAILED", "wrong user or password");
}

// What the login's outcome means for the conversation.
async::Task<Outcome> enter(Conversation& conversation, login::Outcome outcome) {
  using enum login::Verdict;
  switch (outcome.verdict) {
  case ok: break;
  case overloaded: co_return no("UNAVAILABLE", "too many logins at once, try again");
  case error: co_return no("UNAVAILABLE", "logins are not possible for the moment");
  // Without a code, at which programs would ask for another password.
  case disabled: co_return no("", outcome.text);
  case bad_protocol: co_return no("AUTHENTICATIONFAILED", "that does not follow the mechanism");
  case bad_binding:
    co_return no("AUTHENTICATIONFAILED",
                 "the login is not bound to this TLS connection; is somebody between?");
  default: co_return co_await refuse_login(conversation);
  }
  conversation.forget_failed_logins();
  conversation.enter(std::move(outcome));
  co_return done(capabilities(offer_of(conversation)));
}

Failure refusal(sasl::ResponseError why) {
  if (why == sasl::ResponseError::cancelled) return bad("cancelled").error();
  return bad("not base64").error();
}

Failure refusal(login::Mistake why) {
  if (why == login::Mistake::other_user)
    return no("AUTHORIZATIONFAILED", "nobody may act for another user").error();
  return bad("the response does not fit the mechanism").error();
}

// One challenge, and the response to it, still in base64.
async::Task<std::expected<std::string, Failure>> challenge(Conversation& conversation,
                                                           std::string_view text) {
  auto invited = co_await conversation.invite(text::base64_encode(text));
  if (!invited) co_return std::unexpected(std::move(invited).error());
  co_return co_await conversation.read_answer(max_sasl_line);
}

} // namespace

// Deviation: LOGIN is not announced, but the new Outlook uses it whatever is offered.
async::Task<Outcome> run_authenticate(Conversation& conversation, const imap::Command& command) {
  const auto& authenticate = std::get<imap::Authenticate>(command.body);
  const bool shows_password =
      authenticate.mechanism == "PLAIN" || authenticate.mechanism == "LOGIN";
  if (shows_password)
    if (auto privacy = check_privacy(conversation); !privacy) co_return privacy;
  if (auto rate = check_rate(conversation); !rate) co_return rate;
  const auto& parts = conversation.parts();
  const auto exchange =
      login::Exchange::begin(parts.logins, conversation.door(), authenticate.mechanism,
                             conversation.passwords_allowed(), parts.random);
  if (exchange == nullptr) co_return no("", "mechanism not offered");
  std::optional<text::Secret> initial;
  if (authenticate.initial) {
    auto decoded = sasl::decode_initial_response(*authenticate.initial);
    if (!decoded) co_return std::unexpected(refusal(decoded.error()));
    initial = *std::move(decoded);
  }
  std::optional<std::string_view> first;
  if (initial) first = initial->view();
  auto turn = co_await exchange->start(first);
  while (const auto* ask = std::get_if<login::Ask>(&turn)) {
    auto line = co_await challenge(conversation, ask->text);
    if (!line) co_return std::unexpected(std::move(line).error());
    const auto response = sasl::decode_response(*line);
    text::wipe(*line);
    if (response) {
      turn = co_await exchange->next(response->view());
      continue;
    }
    auto verdict = exchange->abort();
    if (!verdict) co_return std::unexpected(refusal(response.error()));
    turn = *std::move(verdict);
  }
  if (const auto* mistake = std::get_if<login::Mistake>(&turn))
    co_return std::unexpected(refusal(*mistake));
  co_return co_await enter(conversation, std::get<login::Outcome>(std::move(turn)));
}

async::Task<Outcome> run_login(Conversation& conversation, const imap::Command& command) {
  const auto& login = std::get<imap::Login>(command.body);
  if (auto privacy = check_privacy(conversation); !privacy) co_return privacy;
  if (auto rate = check_rate(conversation); !rate) co_return rate;
  auto attempt = conversation.attempt("login");
  auto outcome =
      co_await conversation.parts().logins.check(std::move(attempt), login.user, login.password);
  co_return co_await enter(conversation, std::move(outcome));
}

async::Task<Outcome> run_starttls(Conversation& conversation, const imap::Command& command) {
  auto& session = conversation.session();
  if (conversation.tls()) co_return bad("TLS is active already");
  if (session.listener.tls == nullptr) co_return bad("TLS is not offered");
  // What was said in clear text behind the command may be somebody else's words
  // (RFC 9051 section 6.2.1).
  if (!session.connection.buffered().empty()) {
    constexpr auto reason = "nothing may follow STARTTLS before the handshake";
    co_return closing(bad(reason), reason);
  }
  conversation.reply().tagged(command.tag, imap::Condition::ok, {}, "begin the TLS handshake");
  auto flushed = co_await conversation.flush();
  if (!flushed) co_return flushed;
  const auto until = conversation.deadline(std::chrono::minutes(1));
  const auto started = co_await session.connection.start_tls(*session.listener.tls, until);
  if (!started) co_return gone(started.error().text);
  Failure answered;
  answered->quiet = true;
  co_return std::unexpected(std::move(answered));
}

} // namespace mox::imapserver
