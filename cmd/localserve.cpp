#include "localserve/localserve.h"

#include "build.h"
#include "cli/invocation.h"
#include "commands.h"
#include "localserve/folder.h"

#include <fmt/format.h>

#include <limits>

namespace mox::cmd {

namespace {

// The highest standard port in use is 993.
constexpr std::int64_t highest_base = std::numeric_limits<std::uint16_t>::max() - 993;

} // namespace

Result<int> localserve(const cli::Invocation& invocation) {
  localserve::Options options;
  options.init_only = invocation.given("--initonly");
  options.in_memory = invocation.given("--in-memory");
  options.free_ports = invocation.text("--ports") == "free";
  options.json = invocation.given("--json");
  options.inboxes = invocation.given("--inboxes");
  options.version = MOX_VERSION;
  if (options.in_memory && (invocation.given("--dir") || options.init_only))
    return failure(ErrorKind::invalid,
                   "--in-memory makes a folder of its own; leave out --dir and --initonly");
  const auto base = invocation.integer("--port-base").value();
  if (base < 0 || base > highest_base)
    return failure(ErrorKind::invalid,
                   fmt::format("--port-base {} is not between 0 and {}", base, highest_base));
  options.port_base = static_cast<std::uint16_t>(base);
  if (invocation.given("--ip")) {
    MOX_TRY_ASSIGN(address, net::Address::parse(invocation.text("--ip")));
    options.ips.push_back(address);
  }
  options.folder = invocation.text("--dir");
  if (options.folder.empty() && !options.in_memory) {
    MOX_TRY_ASSIGN(path, localserve::default_path());
    options.folder = path;
  }
  return localserve::run(options, invocation.output());
}

} // namespace mox::cmd
