#include "smtpclient/error.h"

namespace mox::smtpclient {

namespace {

ErrorKind kind_of(const Error& error) {
  switch (error.cause) {
  case Cause::network: return ErrorKind::closed;
  case Cause::timeout: return ErrorKind::timeout;
  case Cause::protocol:
  case Cause::bad_address:
  case Cause::message: return ErrorKind::invalid;
  case Cause::tls:
  case Cause::login: return ErrorKind::refused;
  case Cause::reply: return error.permanent ? ErrorKind::refused : ErrorKind::temporary;
  case Cause::too_large: return ErrorKind::full;
  case Cause::no_8bitmime:
  case Cause::no_smtputf8:
  case Cause::no_requiretls: return ErrorKind::unsupported;
  case Cause::too_many_recipients: return ErrorKind::temporary;
  }
  return ErrorKind::io;
}

} // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
  case Stage::connect: return "connect";
  case Stage::greeting: return "greeting";
  case Stage::ehlo: return "EHLO";
  case Stage::helo: return "HELO";
  case Stage::starttls: return "STARTTLS";
  case Stage::auth: return "AUTH";
  case Stage::mail: return "MAIL";
  case Stage::rcpt: return "RCPT";
  case Stage::data: return "DATA";
  case Stage::message: return "message";
  case Stage::rset: return "RSET";
  case Stage::noop: return "NOOP";
  case Stage::quit: return "QUIT";
  }
  return "";
}

mox::Error plain(const Error& error) {
  return {kind_of(error), error.text};
}

} // namespace mox::smtpclient
