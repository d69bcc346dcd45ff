// Completions for interactive shells from the list of commands: words, options, and values by kind.
// Pure.
#pragma once

#include "cli/command.h"

#include <string>

namespace mox::cli {

std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);

} // namespace mox::cli
