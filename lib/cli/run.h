// From the command line to the exit code: reads it, runs the command, prints what went wrong.
#pragma once

#include "cli/command.h"

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace mox::cli {

// `arguments` is without the program's own name. Returns what main() must: 0 done, 1 failed (one
// line on `errors`), 2 wrong usage (what is wrong and the usage on `errors`), or what the command
// returns. An exception that leaves the command is a failure; it is caught here and nowhere below.
int run(const Program& program, std::span<const std::string_view> arguments,
        std::FILE* output = stdout, std::FILE* errors = stderr);

// Does what the command `help` must for the words given to it: the help of an entry; the table of
// the entries that begin with the words; else says that they are unknown, with the nearest, and
// returns 2.
int run_help(const Program& program, std::span<const std::string> words, std::FILE* output,
             std::FILE* errors);

} // namespace mox::cli
