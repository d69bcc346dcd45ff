// STARTTLS, LOGIN and AUTHENTICATE: from a stranger to a user.

#include "async/sleep.h"
#include "imapserver/commands.h"
#include "imapserver/conversation.h"
#include "imapserver/offer.h"
#include "text/base64.h"
#include "text/secret.h"

#include <utility>

namespace mox::imapserver {

namespace {

using std::chrono::seconds;

// From the fourth failure on each attempt waits that much longer.
constexpr std::uint32_t free_failures = 3;
constexpr std::size_t max_sasl_line = 12 * 1024;

// Wiped when it goes.
struct Secret {
  std::string text;

  Secret() = default;

  explicit Secret(std::string secret) : text(std::move(secret)) {}

  Secret(Secret&& other) noexcept : text(std::exchange(other.text, {})) {}

  Secret& operator=(Secret&&) = delete;

  ~Secret() { text::wipe(text); }
};

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

// One answer of the client, decoded. `initial` is used up first (RFC 4959).
async::Task<std::expected<Secret, Failure>> sasl_answer(Conversation& conversation,
                                                        std::string_view challenge,
                                                        std::optional<std::string>& initial) {
  Secret text;
  if (initial) {
    if (*initial != "=") text.text = std::move(*initial);
    initial.reset();
  } else {
    auto invited = co_await conversation.invite(text::base64_encode(challenge));
    if (!invited) co_return std::unexpected(std::move(invited).error());
    auto line = co_await conversation.read_answer(max_sasl_line);
    if (!line) co_return std::unexpected(std::move(line).error());
    text.text = std::move(*line);
  }
  // RFC 9051 section 6.2.2.
  if (text.text == "*") co_return std::unexpected(bad("cancelled").error());
  auto decoded = text::base64_decode(text.text);
  if (!decoded) co_return std::unexpected(bad("not base64").error());
  co_return Secret(std::move(*decoded));
}

// RFC 4616: authorization identity, NUL, user, NUL, password.
async::Task<Outcome> authenticate_plain(Conversation& conversation,
                                        std::optional<std::string> initial) {
  const auto answer = co_await sasl_answer(conversation, "", initial);
  if (!answer) co_return std::unexpected(answer.error());
  const std::string_view text = answer->text;
  const auto first = text.find('\0');
  const auto second = first == text.npos ? text.npos : text.find('\0', first + 1);
  if (second == text.npos || text.find('\0', second + 1) != text.npos)
    co_return bad("PLAIN has three fields");
  const auto identity = text.substr(0, first);
  const auto user = text.substr(first + 1, second - first - 1);
  if (!identity.empty() && identity != user)
    co_return no("AUTHORIZATIONFAILED", "nobody may act for another user");
  co_return co_await log_in(conversation, "plain", user, text.substr(second + 1));
}

// Deviation: not announced, but the new Outlook uses LOGIN whatever is offered. The prompts are
// what it looks for.
async::Task<Outcome> authenticate_login(Conversation& conversation,
                                        std::optional<std::string> initial) {
  const auto user = co_await sasl_answer(conversation, "Username:", initial);
  if (!user) co_return std::unexpected(user.error());
  const auto password = co_await sasl_answer(conversation, "Password:", initial);
  if (!password) co_return std::unexpected(password.error());
  co_return co_await log_in(conversation, "login", user->text, password->text);
}

} // namespace

async::Task<Outcome> run_authenticate(Conversation& conversation, const imap::Command& command) {
  const auto& authenticate = std::get<imap::Authenticate>(command.body);
  const bool plain = authenticate.mechanism == "PLAIN";
  if (!plain && authenticate.mechanism != "LOGIN") co_return no("", "mechanism not offered");
  if (auto privacy = check_privacy(conversation); !privacy) co_return privacy;
  if (plain) co_return co_await authenticate_plain(conversation, authenticate.initial);
  co_return co_await authenticate_login(conversation, authenticate.initial);
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
