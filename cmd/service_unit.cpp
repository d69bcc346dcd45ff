#include "service_unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace mox::cmd {

namespace {

constexpr std::uint16_t first_free_port = 1024; // any user may have it and those above

// A word of a unit (systemd.syntax(7)): in quotes, without specifiers. "$" means something in
// commands alone.
std::string quoted(std::string_view text, bool command) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '%' || (c == '$' && command)) result += c;
    result += c;
  }
  return result + '"';
}

std::string word(const std::filesystem::path& path) {
  return quoted(path.native(), false);
}

bool is_inside(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

bool needs_low_port(const config::Static& host) {
  return std::ranges::any_of(host.listeners, [](const auto& named) {
    const auto& listener = named.second;
    const auto is_low = [](const auto& service) {
      return service.enabled && service.port < first_free_port;
    };
    return is_low(listener.smtp) || is_low(listener.submission) || is_low(listener.submissions) ||
           is_low(listener.imap) || is_low(listener.imaps) || is_low(listener.metrics_http);
  });
}

std::string run_section(const ServiceUnit& unit) {
  const auto command = fmt::format("{} --config {}", quoted(unit.binary.native(), true),
                                   quoted(unit.config.native(), true));
  return fmt::format(R"(
[Service]
Type=notify
User={}
ExecStart={} serve
ExecReload=/bin/kill -HUP $MAINPID
ExecStop={} stop
# It ends with the number of the signal that asked it to.
SuccessExitStatus=2 15
Restart=on-failure
RestartSec=5s
UMask=0077
LimitNOFILE=65535
SyslogFacility=mail
)",
                     unit.user, command, command);
}

// Where it writes: its data, domains.toml, and the submit socket where that stands elsewhere.
std::string write_section(const ServiceUnit& unit, const config::Static& host) {
  std::vector<std::filesystem::path> paths = {host.data_dir, unit.config.parent_path()};
  std::string runtime;
  const auto socket_folder = host.submit_socket.parent_path();
  if (socket_folder.parent_path() == "/run")
    runtime = fmt::format("# Others come to the submit socket.\nRuntimeDirectory={}\n"
                          "RuntimeDirectoryMode=0755\n",
                          quoted(socket_folder.filename().native(), false));
  else if (!is_inside(socket_folder, host.data_dir) &&
           !is_inside(socket_folder, unit.config.parent_path()))
    paths.push_back(socket_folder);
  std::string words;
  for (const auto& path : paths) words += (words.empty() ? "" : " ") + word(path);
  return fmt::format("\n# These folders must be there, and belong to {}.\nReadWritePaths={}\n"
                     "ProtectSystem=strict\n{}",
                     unit.user, words, runtime);
}

// Homes are hidden, unless something of ours stands in one.
std::string home_section(const ServiceUnit& unit, const config::Static& host) {
  constexpr std::array<std::string_view, 3> homes = {"/home", "/root", "/run/user"};
  const std::array paths = {unit.binary, unit.config, host.data_dir, host.submit_socket};
  const bool in_home = std::ranges::any_of(paths, [&](const auto& path) {
    return std::ranges::any_of(homes, [&](auto home) { return is_inside(path, home); });
  });
  return in_home ? "" : "ProtectHome=yes\n";
}

std::string capabilities(const config::Static& host) {
  const std::string_view needed = needs_low_port(host) ? "CAP_NET_BIND_SERVICE" : "";
  return fmt::format("\n# For ports below {}, and nothing else.\nAmbientCapabilities={}\n"
                     "CapabilityBoundingSet={}\n",
                     first_free_port, needed, needed);
}

constexpr std::string_view beginning =
    R"(# Printed by "mox config printservice". As /etc/systemd/system/mox.service it is started, now and
# with the machine, by: systemctl daemon-reload && systemctl enable --now mox

[Unit]
Description=mox mail server
Documentation=man:mox-serve(1) man:mox.toml(5)
Wants=network-online.target
After=network-online.target
)";

constexpr std::string_view restrictions = R"(NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
DevicePolicy=closed
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
)";

} // namespace

std::string service_unit(const ServiceUnit& unit, const config::Static& host) {
  return fmt::format("{}{}{}{}{}{}\n[Install]\nWantedBy=multi-user.target\n", beginning,
                     run_section(unit), write_section(unit, host), home_section(unit, host),
                     capabilities(host), restrictions);
}

} // namespace mox::cmd
