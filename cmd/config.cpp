// Commands about the configuration files themselves.
#include "admin/configuration.h"
#include "commands.h"
#include "config/describe.h"
#include "place.h"
#include "serve/listeners.h"

#include <fmt/format.h>

#include <filesystem>

namespace mox::cmd {

Result<int> config_test(const cli::Invocation& invocation) {
  const auto files =
      admin::Files::beside(std::filesystem::absolute(config_path(invocation)).lexically_normal());
  MOX_TRY_ASSIGN(both, admin::read(files));
  MOX_TRY(serve::listeners(*both.host));
  fmt::print(invocation.output(), "config OK\n");
  return 0;
}

Result<int> config_describe_static(const cli::Invocation& invocation) {
  fmt::print(invocation.output(), "{}", config::describe(config::static_document));
  return 0;
}

Result<int> config_describe_domains(const cli::Invocation& invocation) {
  fmt::print(invocation.output(), "{}", config::describe(config::domains_document));
  return 0;
}

Result<int> config_describe_sendmail(const cli::Invocation& invocation) {
  fmt::print(invocation.output(), "{}", config::describe(config::sendmail_document));
  return 0;
}

} // namespace mox::cmd
