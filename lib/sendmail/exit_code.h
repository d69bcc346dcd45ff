// Exit codes of programs that send mail, by the numbers of sysexits.h. Pure.
//
// Who starts sendmail (cron, mail readers, scripts) knows these numbers and nothing else of what
// went wrong: 75 is tried again, the others are not.
#pragma once

#include "result/result.h"

#include <span>
#include <string>
#include <string_view>

namespace mox::sendmail {

enum class ExitCode : int {
  ok = 0,
  usage = 64,
  data = 65,
  no_user = 67,
  unavailable = 69,
  software = 70,
  io = 74,
  temporary = 75,
  no_permission = 77,
  config = 78,
};

// Of a failure for which the caller knows no better one.
ExitCode exit_code(ErrorKind kind);

struct ExitMeaning {
  ExitCode code;
  std::string_view name; // as sysexits.h has it
  std::string_view meaning;
};

std::span<const ExitMeaning> exit_meanings();

} // namespace mox::sendmail
