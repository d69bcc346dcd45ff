// The help texts of a program and its commands. Pure.
#pragma once

#include "cli/command.h"

#include <string>

namespace mox::cli {

// "mox queue hold add [--limit N] DOMAIN"
std::string synopsis(const Program& program, const Command& command);

// "usage: …" and what `help` says of the command: summary, text, arguments, options, members.
std::string help(const Program& program, const Command& command);

// "usage: …" and the commands of the program, one line each.
std::string help(const Program& program);

// What an option is for, the values allowed and the default.
std::string option_help(const Option& option);

// One line for each command: its words and its summary, in two columns.
std::string table(const std::vector<const Command*>& commands);

} // namespace mox::cli
