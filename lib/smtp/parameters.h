// Parameters of MAIL and RCPT (RFC 5321 section 4.1.2, Mail-parameters). Pure.
#pragma once

#include "smtp/command.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mox::smtp {

// A failure with the reply code that belongs to `kind`.
std::unexpected<CommandError> command_error(CommandError::Kind kind, std::string text);

// What follows the path, from its first space on.
std::expected<void, CommandError> parse_mail_parameters(std::string_view text,
                                                        CommandOptions options, Mail& command);
// None is known for RCPT: DSN is not offered.
std::expected<void, CommandError> refuse_rcpt_parameters(std::string_view text);

// xtext = *(xchar / hexchar) (RFC 3461 section 4); nothing when it is malformed.
std::optional<std::string> decode_xtext(std::string_view text);
std::string encode_xtext(std::string_view text);

// "2026-11-21T00:28:22Z" or with an offset (RFC 3339); parts of a second are dropped.
std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text);
std::string format_rfc3339(std::chrono::sys_seconds time);

} // namespace mox::smtp
