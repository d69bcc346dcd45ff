#include "sendmailprogram/caller.h"

#include "sendmail/address_text.h"

#include <cerrno>
#include <pwd.h>
#include <unistd.h>
#include <vector>

namespace mox::sendmailprogram {

namespace {

constexpr std::size_t first_size = 4096;
constexpr std::size_t last_size = 1 << 20;
constexpr gid_t nobodys_group = 65534;

} // namespace

Caller find_caller(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(first_size);
  while (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
         buffer.size() < last_size)
    buffer.resize(2 * buffer.size());
  if (found == nullptr)
    return {.user = user,
            .group = user == ::getuid() ? ::getgid() : nobodys_group,
            .login = std::to_string(user)};
  const auto text = [](const char* field) { return std::string(field == nullptr ? "" : field); };
  Caller caller{.user = user,
                .group = entry.pw_gid,
                .login = text(entry.pw_name),
                .home = text(entry.pw_dir),
                .is_listed = true};
  caller.full_name = sendmail::full_name_of(text(entry.pw_gecos), caller.login);
  return caller;
}

} // namespace mox::sendmailprogram
