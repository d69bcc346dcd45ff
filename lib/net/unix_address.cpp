#include "net/unix_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <sys/un.h>

namespace mox::net {

namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

static_assert(sizeof(sockaddr_un::sun_path) == max_socket_path + 1);

Result<> check(std::string_view name, std::size_t max) {
  if (name.empty() || name == "@") return failure(ErrorKind::invalid, "a socket without a path");
  if (name.contains('\0'))
    return failure(ErrorKind::invalid, "the path of a socket has a NUL character");
  if (name.size() <= max) return ok();
  return failure(ErrorKind::invalid,
                 fmt::format("the path of a socket may have {} bytes, and {} has {}: choose a "
                             "shorter one",
                             max, name, name.size()));
}

} // namespace

Result<SystemAddress> unix_address(std::string_view name, std::size_t max) {
  MOX_TRY(check(name, max));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  const bool abstract = name.starts_with('@');
  if (abstract) address.sun_path[0] = '\0';
  SystemAddress made;
  std::memcpy(&made.storage, &address, sizeof address);
  // An abstract name is as long as it is; behind a path comes a NUL.
  made.size = static_cast<socklen_t>(path_offset + name.size() + (abstract ? 0 : 1));
  return made;
}

std::string unix_name(int descriptor) {
  sockaddr_un address{};
  SystemAddress bound;
  if (::getsockname(descriptor, bound.get(), &bound.size) != 0) return {};
  if (bound.storage.ss_family != AF_UNIX || bound.size <= path_offset) return {};
  std::memcpy(&address, &bound.storage, sizeof address);
  const std::size_t size = std::min<std::size_t>(bound.size, sizeof address) - path_offset;
  if (address.sun_path[0] == '\0') return "@" + std::string(address.sun_path + 1, size - 1);
  return {address.sun_path, ::strnlen(address.sun_path, size)};
}

} // namespace mox::net
