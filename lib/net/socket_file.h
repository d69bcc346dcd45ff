// The file by which a listening Unix socket is found.
#pragma once

#include "net/socket.h"
#include "result/result.h"

#include <filesystem>
#include <sys/types.h>

namespace mox::net {

// Owns the file: it is removed with this object, unless something else stands there by then.
class SocketFile {
public:
  SocketFile() = default; // of no file
  // The file at `path`, as it is now.
  static Result<SocketFile> at(std::filesystem::path path);
  // The same file by another of its names.
  SocketFile also_at(std::filesystem::path path) const;
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;

  ~SocketFile() { remove(); }

  const std::filesystem::path& path() const { return path_; }

  void remove();

private:
  std::filesystem::path path_; // empty: of no file
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct ListeningFile {
  Descriptor socket;
  SocketFile file;
};

// A socket that listens at `path`. Nobody can connect before the permissions are what they should
// be, whatever the umask is, and nobody finds a socket that does not listen yet. The file of a
// socket that has no listener any more is replaced. ErrorKind::exists when somebody listens there,
// or when something stands there that is no socket.
Result<ListeningFile> listen_at(const std::filesystem::path& path, mode_t permissions);

} // namespace mox::net
