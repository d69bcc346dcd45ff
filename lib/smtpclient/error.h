// Why mail could not be handed over: where in the conversation, for what reason, in whose words.
#pragma once

#include "result/result.h"
#include "smtp/reply.h"
#include "smtpclient/tls_failure.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::smtpclient {

// What the client was doing.
enum class Stage : std::uint8_t {
  connect, // up to the end of a TLS handshake that comes before all else
  greeting,
  ehlo,
  helo,
  starttls, // and its handshake
  auth,
  mail,
  rcpt,
  data,
  message, // its content, up to the reply to its end
  rset,
  noop,
  quit,
};

// For logs and metrics: "connect", "EHLO", "message".
std::string_view to_string(Stage stage);

enum class Cause : std::uint8_t {
  network,             // no connection, or it ended without a word
  timeout,             // the peer took too long
  protocol,            // what the peer says is not SMTP, or does not fit the command
  tls,                 // none could be had, or the certificate is not to be trusted
  login,               // there is no way to log in that both sides accept
  reply,               // the peer's words: `reply` has them
  too_large,           // more than the peer's SIZE (RFC 1870)
  no_8bitmime,         // the message needs what the peer does not offer (RFC 6152)
  no_smtputf8,         // the same (RFC 6531)
  no_requiretls,       // the same (RFC 8689), or there is no verified TLS
  too_many_recipients, // beyond the peer's limit (RFC 9422): for another transaction
  bad_address,         // no command can be made with it
  message,             // it could not be read, or a line of it does not end in CRLF
};

struct Error {
  Cause cause = Cause::network;
  Stage stage = Stage::connect;
  // The whole reply, where one is the reason: for `reply`, and when STARTTLS or AUTH is refused.
  std::optional<smtp::Reply> reply;
  // The same is not to be tried again. Replies have it from the class of their code.
  bool permanent = false;
  // Where TLS is the reason: what a report says of it.
  std::optional<TlsFailure> tls = std::nullopt;
  // One line for people: what was asked of whom, and what came of it. No secrets.
  std::string text;

  bool operator==(const Error&) const = default;
};

// For callers to whom it is one error among others.
mox::Error plain(const Error& error);

} // namespace mox::smtpclient
