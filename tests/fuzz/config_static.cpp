// links: config
// Any text is a configuration that is whole, or errors of one line each.
#include "config/files.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace mox::config;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_problems(const std::vector<Problem>& problems) {
  require(!problems.empty() && problems.size() <= problem_limit + 1);
  for (const auto& problem : problems) {
    require(!problem.text.empty());
    require(to_string(problem).find('\n') == std::string::npos);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const auto config = parse_static(text, "/etc/mox/mox.toml")) {
    require(config->data_dir.is_absolute() && config->submit_socket.is_absolute());
    require(!config->hostname.empty() && !config->postmaster.account.empty());
    for (const auto& [name, listener] : config->listeners) {
      require(!listener.ips.empty() && !listener.hostname.empty());
      require(listener.tls.has_value() || !listener.imaps.enabled);
    }
  } else {
    check_problems(config.error());
  }
  if (const auto config = parse_sendmail(text, "/etc/mox/sendmail.toml")) {
    require(config->port != 0 && !config->host.empty());
  } else {
    check_problems(config.error());
  }
  return 0;
}
