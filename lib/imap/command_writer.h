// Prints commands as a client sends them (RFC 9051 section 9). Pure.
#pragma once

#include "imap/command.h"
#include "imap/command_text.h"

#include <string>

namespace mox::imap {

// What is to be sent: lines and literals, with the literals' places marked, and without the last
// CRLF. parse_command() gives the same command again. For Append and Replace it ends with the
// header of the message's literal.
CommandText print_command(const Command& command);

// As bytes for the wire: a CRLF after each literal header and at the end.
std::string wire_text(const CommandText& text);

} // namespace mox::imap
