// Manual pages in roff from the list of commands. Pure.
#pragma once

#include "cli/command.h"

#include <string>

namespace mox::cli {

// "mox-queue-hold-add", the name of the command's page in section 1.
std::string man_name(const Program& program, const Command& command);

std::string man_page(const Program& program, const Command& command);

// The page of the program itself, which lists all commands.
std::string man_page(const Program& program);

} // namespace mox::cli
