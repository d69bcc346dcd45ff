#include "build.h"
#include "cli/invocation.h"
#include "commands.h"

#include <fmt/format.h>

namespace mox::cmd {

Result<int> version(const cli::Invocation& invocation) {
  fmt::print(invocation.output(), "v{}\n{}\n", MOX_VERSION, MOX_SYSTEM);
  return cli::exit_done;
}

} // namespace mox::cmd
