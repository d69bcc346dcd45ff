// STARTTLS (RFC 3207).

#include "smtpserver/conversation.h"

#include <string_view>

namespace mox::smtpserver {

namespace {

// The metric's label for a handshake that failed, by OpenSSL's words for it.
std::string_view reason_of(const Error& error) {
  const std::string_view text = error.text;
  if (error.kind == ErrorKind::closed || text.contains("unexpected eof")) return "eof";
  if (text.contains("unsupported protocol") || text.contains("version too low"))
    return "unsupportedversions";
  if (text.contains("wrong version number") || text.contains("http request")) return "nottls";
  return "other";
}

} // namespace

async::Task<Outcome> Conversation::on(smtp::StartTls&) {
  if (tls()) co_return fail(503, 5, 1, "TLS is active already");
  if (session_.listener.tls == nullptr) co_return fail(503, 5, 1, "STARTTLS is not offered");
  if (account_) co_return fail(503, 5, 1, "too late after AUTH");
  // What was said in clear text behind the command may be somebody else's words.
  if (!session_.connection.buffered().empty())
    co_return closing(fail(503, 5, 1, "nothing may follow STARTTLS before the handshake"));

  auto& metrics = session_.parts.metrics;
  if (!submission()) metrics.smtpserver_delivery_starttls();
  reply(220, 0, 0, "begin the TLS handshake");
  if (auto flushed = co_await flush(); !flushed) co_return flushed;
  const auto until = session_.parts.clock.steady() + std::chrono::minutes(1);
  const auto started = co_await session_.connection.start_tls(*session_.listener.tls, until);
  if (!started) {
    if (!submission()) metrics.smtpserver_delivery_starttls_error(reason_of(started.error()));
    co_return gone(started.error().text);
  }
  // RFC 3207 section 4.2: all that was said before is forgotten.
  reset();
  hello_.reset();
  co_return Outcome();
}

} // namespace mox::smtpserver
