// Prints the arguments of SEARCH (RFC 9051 section 6.4.4). Pure.
#pragma once

#include "imap/command.h"
#include "imap/command_printer.h"

namespace mox::imap {

// From the space behind the command's name on.
void print_search(CommandPrinter& to, const Search& search);

} // namespace mox::imap
