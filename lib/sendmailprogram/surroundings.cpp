#include "sendmailprogram/surroundings.h"

#include "file/file.h"
#include "submitclient/route.h"
#include "text/ascii.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <netdb.h>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace mox::sendmailprogram {

namespace {

namespace fs = std::filesystem;

constexpr const char* shared_spool = "/var/spool/mox-sendmail";
constexpr std::size_t max_mailname = 4096;

// An absolute path from the environment.
std::optional<fs::path> path_in(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr || *value != '/') return std::nullopt;
  return value;
}

fs::path below(const fs::path& state) {
  return state / "mox" / "spool";
}

std::optional<dns::Name> name_of(std::string_view text) {
  const auto name = dns::parse_name(text::trim(text), {.underscore = true, .trailing_dot = true});
  if (!name) return std::nullopt;
  return *name;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// With its domain, as the machine's own tables mostly know it.
std::optional<dns::Name> canonical_name(const char* host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host, nullptr, &hints, &list) != 0) return std::nullopt;
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  if (list == nullptr || list->ai_canonname == nullptr) return std::nullopt;
  return name_of(list->ai_canonname);
}

} // namespace

Surroundings fixed_surroundings(const Caller& caller) {
  Surroundings all{.configuration = submitclient::default_configuration,
                   .socket = submitclient::default_socket,
                   .shared_spool = shared_spool,
                   .temporary = {"/tmp", "/var/tmp"}};
  if (!caller.home.empty()) all.own_spool = below(caller.home / ".local/state");
  return all;
}

Surroundings chosen_surroundings(const Caller& caller) {
  auto all = fixed_surroundings(caller);
  if (const auto chosen = path_in("MOX_SENDMAIL_CONFIG")) all.configuration = *chosen;
  if (const auto home = path_in("HOME")) all.own_spool = below(*home / ".local/state");
  if (const auto state = path_in("XDG_STATE_HOME")) all.own_spool = below(*state);
  if (const auto folder = path_in("TMPDIR")) all.temporary.insert(all.temporary.begin(), *folder);
  return all;
}

dns::Name machine_domain() {
  if (const auto text = file::read_file("/etc/mailname", max_mailname)) {
    const std::string_view all(*text);
    if (const auto name = name_of(all.substr(0, all.find('\n')))) return *name;
  }
  std::array<char, 256> host{}; // 64 characters and their end on Linux
  if (::gethostname(host.data(), host.size() - 1) == 0) {
    const auto name = name_of(host.data());
    if (name && name->label_count() > 1) return *name;
    if (const auto whole = canonical_name(host.data())) return *whole;
    if (name) return *name;
  }
  return dns::parse_name("localhost").value();
}

} // namespace mox::sendmailprogram
