// Addresses of a test instance that fail on purpose, so that a sending program can be shown every
// kind of failure. Pure.
//
// The localpart ends in a three-digit code 4xx or 5xx, in "temperror", "permerror" or "timeout". It
// fails after DATA, or at an earlier command when it begins with that command's word: "mailfrom451"
// as sender at MAIL, "rcpttotimeout" as recipient at RCPT.
#pragma once

#include <optional>
#include <string_view>

namespace mox::smtpserver {

enum class Stage : unsigned char { mail, rcpt, data };

struct Fault {
  int code = 0; // of the reply; 0: no reply, the server hangs
  bool operator==(const Fault&) const = default;
};

std::optional<Fault> fault_for(std::string_view localpart, Stage stage);

} // namespace mox::smtpserver
