#include "cli/invocation.h"
#include "commands.h"
#include "config/files.h"
#include "place.h"
#include "service_unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace mox::cmd {

namespace {

// systemd takes names and numbers; anything else would be another line of the unit.
bool is_user(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && !name.starts_with('-') && std::ranges::all_of(name, is_allowed);
}

} // namespace

Result<int> print_service(const cli::Invocation& invocation) {
  const std::string user(invocation.text("--user"));
  if (!is_user(user))
    return failure(ErrorKind::invalid, fmt::format("--user {:?} is not a name of a user", user));
  if (user == "root" || user == "0")
    return failure(ErrorKind::refused, "mox does not serve as root; name the owner of its data");
  const auto file = std::filesystem::absolute(config_path(invocation)).lexically_normal();
  auto host = config::read_static(file);
  if (!host) return failure(ErrorKind::invalid, config::to_string(host.error()));
  host->data_dir = host->data_dir.lexically_normal();
  host->submit_socket = host->submit_socket.lexically_normal();
  std::error_code error;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return failure(system_error("read /proc/self/exe", error.value()));
  const ServiceUnit unit{.binary = binary, .config = file, .user = user};
  fmt::print(invocation.output(), "{}", service_unit(unit, *host));
  return 0;
}

} // namespace mox::cmd
