#include "serve/serve.h"

#include "cli/invocation.h"
#include "commands.h"
#include "place.h"

#include <fmt/format.h>

namespace mox::cmd {

Result<int> serve(const cli::Invocation& invocation) {
  serve::Options options;
  options.config = config_path(invocation);
  if (invocation.text("--log-format") == "json") options.log_format = log::Format::json;
  if (invocation.given("--loglevel"))
    options.log_level = log::parse_level(invocation.text("--loglevel"));
  return serve::run(options);
}

Result<int> stop(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(code, administrate(invocation));
  fmt::print(invocation.output(), "mox stopped\n");
  return code;
}

} // namespace mox::cmd
