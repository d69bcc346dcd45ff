// STARTTLS, LOGIN and AUTHENTICATE: from a stranger to a user.

#include "async/sleep.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/offer.h"
#include "sasl/mechanism.h"
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

async::Task<Outcome> log_in(Conversation& conversation, std::string_view variant,
                            std::string_view user, std::string_view password) {
  const auto& parts = conversation.parts();
  const auto& address = conversation.session().connection.peer().address;
  if (!parts.limits.failed_logins.allows(address)) {
    parts.metrics.authentication_ratelimited("imap");
    co_return closing(no("", "too many failed logins from your network"), "too many failed logins");
  }
  login::Attempt attempt{
      .kind = "imap", .variant = variant, .user = user, .password = password, .remote = address};
  auto outcome = co_await parts.logins.check(attempt);
  switch (outcome.verdict) {
  case login::Verdict::ok: break;
  case login::Verdict::overloaded:
    co_return no("UNAVAILABLE", "too many logins at once, try again");
  case login::Verdict::error: co_return no("UNAVAILABLE", "logins are not possible for the moment");
  default: {
    const auto failures = conversation.count_failed_login();
    if (failures > free_failures)
      co_await async::sleep_until(conversation.deadline(seconds(failures - free_failures)));
    co_return no("AUTHENTICATIONFAILED", "wrong user or password");
  }
  }
  conversation.forget_failed_logins();
  conversation.enter(outcome.account, std::move(outcome.login));
  co_return done(capabilities(offer_of(conversation)));
}

Failure refusal(sasl::ResponseError why) {
  if (why == sasl::ResponseError::cancelled) return bad("cancelled").error();
  return bad("not base64").error();
}

Failure refusal(sasl::Refusal why, bool plain) {
  if (why == sasl::Refusal::other_user)
    return no("AUTHORIZATIONFAILED", "nobody may act for another user").error();
  return bad(plain ? "PLAIN has three fields" : "LOGIN has a user and a password").error();
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
  const bool plain = authenticate.mechanism == "PLAIN";
  const auto mechanism = sasl::make_mechanism(authenticate.mechanism);
  if (mechanism == nullptr) co_return no("", "mechanism not offered");
  if (auto privacy = check_privacy(conversation); !privacy) co_return privacy;
  std::optional<text::Secret> initial;
  if (authenticate.initial) {
    auto decoded = sasl::decode_initial_response(*authenticate.initial);
    if (!decoded) co_return std::unexpected(refusal(decoded.error()));
    initial = *std::move(decoded);
  }
  auto step =
      mechanism->start(initial ? std::optional<std::string_view>(initial->view()) : std::nullopt);
  while (const auto* asked = std::get_if<sasl::Challenge>(&step)) {
    auto line = co_await challenge(conversation, asked->text);
    if (!line) co_return std::unexpected(std::move(line).error());
    const auto response = sasl::decode_response(*line);
    text::wipe(*line);
    if (!response) co_return std::unexpected(refusal(response.error()));
    step = mechanism->next(response->view());
  }
  if (const auto* refused = std::get_if<sasl::Refusal>(&step))
    co_return std::unexpected(refusal(*refused, plain));
  const auto& credentials = std::get<sasl::Credentials>(step);
  co_return co_await log_in(conversation, plain ? "plain" : "login", credentials.user,
                            credentials.password.view());
}

async::Task<Outcome> run_login(Conversation& conversation, const imap::Command& command) {
  const auto& login = std::get<imap::Login>(command.body);
  if (auto privacy = check_privacy(conversation); !privacy) co_return privacy;
  co_return co_await log_in(conversation, "login", login.user, login.password);
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
