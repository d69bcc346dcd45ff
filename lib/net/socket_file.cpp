#include "net/socket_file.h"

#include "net/unix_address.h"

#include <fmt/format.h>

#include <cerrno>
#include <random>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mox::net {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view temporary_form = ".{:08x}";
constexpr std::size_t temporary_size = 9;
constexpr int attempts = 10;

std::string listening(const fs::path& path) {
  return "listen on " + path.native();
}

std::unexpected<Error> system_failure(const fs::path& path) {
  return failure(system_error(listening(path), errno));
}

// Beside the path, so that it can be linked or renamed. Another one each time.
fs::path temporary_name(const fs::path& path) {
  std::random_device number;
  return path.native() + fmt::format(fmt::runtime(temporary_form), number() & 0xffffffffU);
}

Result<Descriptor> open_socket(const fs::path& path) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return system_failure(path);
  return socket;
}

// Binds under a name that nobody knows.
Result<SocketFile> bind_unseen(const Descriptor& socket, const fs::path& path) {
  for (int i = 0; i < attempts; ++i) {
    const auto name = temporary_name(path);
    MOX_TRY_ASSIGN(address, unix_address(name.native()));
    if (::bind(socket.get(), address.get(), address.size) == 0) return SocketFile::at(name);
    if (errno != EADDRINUSE) return system_failure(path);
  }
  return failure(ErrorKind::exists, listening(path) + ": the folder is full of old sockets");
}

// Fails when somebody listens at `name`, or when that cannot be found out.
Result<> require_deserted(const fs::path& name, const fs::path& path) {
  MOX_TRY_ASSIGN(socket, open_socket(path));
  MOX_TRY_ASSIGN(address, unix_address(name.native()));
  const bool connected = ::connect(socket.get(), address.get(), address.size) == 0;
  if (!connected && (errno == ECONNREFUSED || errno == ENOENT)) return ok();
  // EAGAIN: so many are waiting there that no more can.
  if (!connected && errno != EAGAIN) return system_failure(path);
  const auto by = connected ? peer_credentials(socket.get()) : std::nullopt;
  const auto who = by ? fmt::format("process {}", by->pid) : std::string("another process");
  return failure(ErrorKind::exists, fmt::format("{}: {} listens there", listening(path), who));
}

// What is taken away is looked at again: two processes may have found the same old socket, and the
// other may have put its own in the place already.
Result<> remove_deserted(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0)
    return errno == ENOENT ? ok() : Result<>(system_failure(path));
  if (!S_ISSOCK(found.st_mode))
    return failure(ErrorKind::exists, listening(path) + ": what stands there is not a socket");
  MOX_TRY(require_deserted(path, path));
  const auto aside = temporary_name(path);
  if (::rename(path.c_str(), aside.c_str()) != 0)
    return errno == ENOENT ? ok() : Result<>(system_failure(path));
  auto deserted = require_deserted(aside, path);
  if (!deserted && ::link(aside.c_str(), path.c_str()) != 0 && errno != EEXIST)
    deserted = system_failure(path);
  ::unlink(aside.c_str());
  return deserted;
}

// Gives the socket its name, which must be free.
Result<> publish(const fs::path& unseen, const fs::path& path) {
  for (int i = 0; i < attempts; ++i) {
    if (::link(unseen.c_str(), path.c_str()) == 0) return ok();
    if (errno != EEXIST) return system_failure(path);
    MOX_TRY(remove_deserted(path));
  }
  return failure(ErrorKind::exists, listening(path) + ": others put their sockets there");
}

} // namespace

Result<SocketFile> SocketFile::at(fs::path path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return system_failure(path);
  SocketFile file;
  file.path_ = std::move(path);
  file.device_ = found.st_dev;
  file.inode_ = found.st_ino;
  return file;
}

SocketFile SocketFile::also_at(fs::path path) const {
  SocketFile other;
  other.path_ = std::move(path);
  other.device_ = device_;
  other.inode_ = inode_;
  return other;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

void SocketFile::remove() {
  const auto path = std::exchange(path_, {});
  struct stat found{};
  if (path.empty() || ::lstat(path.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path.c_str());
}

Result<ListeningFile> listen_at(const fs::path& path, mode_t permissions) {
  MOX_TRY(unix_address(path.native(), max_socket_path - temporary_size));
  MOX_TRY_ASSIGN(socket, open_socket(path));
  MOX_TRY_ASSIGN(unseen, bind_unseen(socket, path));
  // Before listen(2) every connection is refused.
  if (::chmod(unseen.path().c_str(), permissions) != 0) return system_failure(path);
  if (::listen(socket.get(), SOMAXCONN) != 0) return system_failure(path);
  MOX_TRY(publish(unseen.path(), path));
  return ListeningFile{std::move(socket), unseen.also_at(path)};
}

} // namespace mox::net
