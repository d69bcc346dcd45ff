// The list of mox's commands, and the function of each: one file per family.
#pragma once

#include "cli/command.h"

namespace mox::cmd {

// Built by the caller, once: main(), the generator of man pages and completions, and tests.
cli::Program program();

Result<int> help(const cli::Invocation& invocation);
Result<int> localserve(const cli::Invocation& invocation);
Result<int> message_parse(const cli::Invocation& invocation);
Result<int> verifydata(const cli::Invocation& invocation);
Result<int> version(const cli::Invocation& invocation);

} // namespace mox::cmd
