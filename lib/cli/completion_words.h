// What the completions of all shells need of the list of commands. Pure.
#pragma once

#include "cli/command.h"

#include <string>

namespace mox::cli {

// Names of the options of any command that take a value, so that a script can skip the value.
std::vector<std::string_view> options_with_value(const Program& program);

// The options a command takes: its own, then those of every command. Of the program when null.
std::vector<const Option*> options_of(const Program& program, const Command* command);

// The last word of an entry: "add" of "queue hold add".
std::string_view last_word(const Command& command);

// `text` in single quotes, for a POSIX shell, bash and zsh.
std::string shell_quoted(std::string_view text);

} // namespace mox::cli
