#include "localserve/folder.h"

#include "file/file.h"
#include "tls/self_signed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace mox::localserve {

namespace {

constexpr std::chrono::days certificate_life{4 * 365};
constexpr mode_t readable_file = 0644;
// What make() puts into a folder.
constexpr std::array<std::string_view, 5> own_entries = {"mox.toml", "receivedid.key",
                                                         "localhost.crt", "localhost.key", "data"};

Result<> check_empty(const std::filesystem::path& path) {
  MOX_TRY_ASSIGN(there, file::exists(path));
  if (!there) return ok();
  MOX_TRY_ASSIGN(entries, file::list(path));
  if (entries.empty()) return ok();
  return failure(
      ErrorKind::exists,
      fmt::format("{} holds other files and no mox.toml; name an empty or new folder with --dir",
                  path.string()));
}

std::vector<std::string> certificate_names(const std::vector<net::Address>& ips) {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  for (const auto& ip : ips) {
    const auto name = ip.to_string();
    if (!ip.is_unspecified() && std::ranges::find(names, name) == names.end())
      names.push_back(name);
  }
  return names;
}

Result<> make_certificate(const std::filesystem::path& path, const std::vector<net::Address>& ips,
                          const Clock& clock) {
  MOX_TRY_ASSIGN(pair,
                 tls::make_self_signed(certificate_names(ips), clock.wall(), certificate_life));
  MOX_TRY(file::replace(path / "localhost.key", pair.key));
  return file::replace(path / "localhost.crt", pair.certificate, readable_file);
}

Result<> fill(const std::filesystem::path& path, std::vector<net::Address> ips, const Clock& clock,
              Random& random) {
  MOX_TRY(file::make_folder(path));
  MOX_TRY(file::make_folder(path / "data"));
  MOX_TRY(make_certificate(path, ips, clock));
  MOX_TRY(file::replace(path / "receivedid.key", random.bytes(smtpserver::ReceivedIds::key_size)));
  config::Instance config;
  config.ips = std::move(ips);
  if (config.ips.empty())
    config.ips = {*net::Address::parse("127.0.0.1"), *net::Address::parse("::1")};
  // Last: a folder with a mox.toml is whole.
  return file::replace(path / "mox.toml", config::print_instance(config, "data"));
}

} // namespace

bool is_made(const std::filesystem::path& path) {
  return file::exists(path / "mox.toml").value_or(false);
}

Result<> make(const std::filesystem::path& path, std::vector<net::Address> ips, const Clock& clock,
              Random& random) {
  MOX_TRY(check_empty(path));
  auto made = fill(path, std::move(ips), clock, random);
  if (made) return ok();
  // The folder was empty before; half filled it would be refused at the next try.
  std::error_code ignored;
  for (const auto entry : own_entries) std::filesystem::remove(path / entry, ignored);
  return made;
}

Result<Folder> read(const std::filesystem::path& path) {
  MOX_TRY_ASSIGN(config, config::read_instance(path / "mox.toml"));
  MOX_TRY_ASSIGN(certificate,
                 tls::Certificate::from_files(path / "localhost.crt", path / "localhost.key"));
  MOX_TRY_ASSIGN(bytes, file::read_file(path / "receivedid.key", 1024));
  smtpserver::ReceivedIds::Key key{};
  if (bytes.size() != key.size())
    return failure(ErrorKind::corrupt,
                   fmt::format("{}: {} bytes instead of {}", (path / "receivedid.key").string(),
                               bytes.size(), key.size()));
  std::ranges::copy(bytes, key.begin());
  return Folder{.path = path,
                .config = std::move(config),
                .certificate = std::move(certificate),
                .received_id_key = key};
}

Result<std::filesystem::path> default_path() {
  const char* configured = std::getenv("XDG_CONFIG_HOME");
  if (configured != nullptr && *configured != '\0')
    return std::filesystem::path(configured) / "mox-localserve";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".config" / "mox-localserve";
  return failure(ErrorKind::not_found,
                 "neither XDG_CONFIG_HOME nor HOME is set; name a folder with --dir");
}

} // namespace mox::localserve
