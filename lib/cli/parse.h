// Reads a command line against the list of commands. The only place that includes CLI11 is its
// .cpp.
#pragma once

#include "cli/invocation.h"

#include <string>
#include <variant>

namespace mox::cli {

// The user asked for help; `command` is null for the help of the whole program.
struct HelpWanted {
  const Command* command = nullptr;
};

// The command line is wrong: `text` says how, naming the nearest command or option when one is
// near. `command` is the command it was meant for, or its group; null when none of its words is
// known.
struct WrongUsage {
  const Command* command = nullptr;
  std::string text;
};

using Parsed = std::variant<Invocation, HelpWanted, WrongUsage>;

// `arguments` is without the program's own name. An option may be spelt with one dash or two,
// before or after the arguments, its value after a space or "="; "--" ends the options.
Parsed parse(const Program& program, std::span<const std::string_view> arguments, std::FILE* output,
             std::FILE* errors);

} // namespace mox::cli
