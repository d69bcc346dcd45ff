#include "cli/invocation.h"
#include "commands.h"

#include <fmt/format.h>

#include <string_view>

namespace mox::cmd {

namespace {

// Made by licenses.awk.
constexpr std::string_view lines[] = {
#include "licenses.inc"
};

} // namespace

Result<int> licenses(const cli::Invocation& invocation) {
  for (const auto line : lines) fmt::print(invocation.output(), "{}\n", line);
  return 0;
}

} // namespace mox::cmd
