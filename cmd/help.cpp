#include "cli/invocation.h"
#include "cli/run.h"
#include "commands.h"

namespace mox::cmd {

Result<int> help(const cli::Invocation& invocation) {
  return cli::run_help(invocation.program(), invocation.arguments("COMMAND"), invocation.output(),
                       invocation.errors());
}

} // namespace mox::cmd
