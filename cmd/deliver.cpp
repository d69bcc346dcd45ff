#include "commands.h"
#include "control/reader.h"
#include "place.h"

#include <unistd.h>

namespace mox::cmd {

Result<int> deliver(const cli::Invocation& invocation) {
  control::DescriptorReader message(STDIN_FILENO, "standard input");
  return administrate(invocation, message);
}

} // namespace mox::cmd
