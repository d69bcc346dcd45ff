#include "cli/invocation.h"
#include "commands.h"
#include "config/examples.h"

#include <fmt/format.h>

namespace mox::cmd {

namespace {

std::string list() {
  std::string text;
  for (const auto& example : config::examples())
    text += fmt::format("{:18} {:14} {}\n", example.name, example.document->name, example.summary);
  return text;
}

} // namespace

Result<int> config_example(const cli::Invocation& invocation) {
  const auto name = invocation.argument("NAME");
  if (name.empty()) {
    fmt::print(invocation.output(), "{}", list());
    return 0;
  }
  const auto* example = config::find_example(name);
  if (example == nullptr)
    return failure(
        ErrorKind::not_found,
        fmt::format("there is no example {:?}; without a name the command lists all", name));
  fmt::print(invocation.output(), "# For {}: {}.\n\n{}", example->document->name, example->summary,
             example->text);
  return 0;
}

} // namespace mox::cmd
