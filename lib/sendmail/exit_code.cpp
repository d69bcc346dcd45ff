#include "sendmail/exit_code.h"

#include <array>

namespace mox::sendmail {

namespace {

constexpr std::array meanings{
    ExitMeaning{ExitCode::ok, "EX_OK", "The message was accepted, or is in the spool."},
    ExitMeaning{ExitCode::usage, "EX_USAGE", "The arguments were wrong."},
    ExitMeaning{ExitCode::data, "EX_DATAERR", "The message or an address in it is malformed."},
    ExitMeaning{ExitCode::no_user, "EX_NOUSER", "A recipient does not exist."},
    ExitMeaning{ExitCode::unavailable, "EX_UNAVAILABLE",
                "The server refused the message for good, or what was asked for is not offered."},
    ExitMeaning{ExitCode::software, "EX_SOFTWARE", "An error of this program."},
    ExitMeaning{ExitCode::io, "EX_IOERR", "A file could not be read or written."},
    ExitMeaning{ExitCode::temporary, "EX_TEMPFAIL",
                "Nothing could be reached and nothing could be kept: try again later."},
    ExitMeaning{ExitCode::no_permission, "EX_NOPERM",
                "The user may not send, or not with this sender."},
    ExitMeaning{ExitCode::config, "EX_CONFIG", "The configuration is missing or wrong."},
};

} // namespace

ExitCode exit_code(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::invalid: return ExitCode::data;
  case ErrorKind::not_found:
  case ErrorKind::unsupported: return ExitCode::unavailable;
  case ErrorKind::refused: return ExitCode::no_permission;
  case ErrorKind::full:
  case ErrorKind::temporary:
  case ErrorKind::timeout:
  case ErrorKind::closed: return ExitCode::temporary;
  case ErrorKind::io: return ExitCode::io;
  case ErrorKind::exists:
  case ErrorKind::corrupt: return ExitCode::software;
  }
  return ExitCode::software;
}

std::span<const ExitMeaning> exit_meanings() {
  return meanings;
}

} // namespace mox::sendmail
