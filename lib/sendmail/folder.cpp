#include "sendmail/folder.h"

#include "file/file.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

namespace mox::sendmail {

namespace {

constexpr mode_t writable_by_others = S_IWGRP | S_IWOTH;

std::unexpected<Error> failed(std::string_view verb, const std::filesystem::path& path) {
  const int reason = errno;
  return std::unexpected(system_error(fmt::format("{} {}", verb, path.native()), reason));
}

std::unexpected<Error> refused(const std::filesystem::path& path, std::string_view why) {
  return failure(ErrorKind::refused, fmt::format("{} {}", path.native(), why));
}

Result<file::Descriptor> open_at(int folder, const char* name, int flags,
                                 const std::filesystem::path& path) {
  constexpr mode_t mode = 0600;
  for (;;) {
    const int number = ::openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, mode);
    if (number >= 0) return file::Descriptor(number, path);
    if (errno == EINTR) continue;
    if (errno == ELOOP) return refused(path, "is a link, which is not followed");
    return failed((flags & O_CREAT) != 0 ? "create" : "open", path);
  }
}

// Calls `visit` with each name but "." and "..", until it returns false.
template <class Visit> Result<> visit_names(const file::Descriptor& folder, Visit visit) {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };

  // A descriptor of its own: the stream takes it, and reads from the beginning.
  MOX_TRY_ASSIGN(copy, open_at(folder.number(), ".", O_RDONLY | O_DIRECTORY, folder.path()));
  const std::unique_ptr<DIR, Close> stream(::fdopendir(copy.number()));
  if (!stream) return failed("list", folder.path());
  static_cast<void>(copy.release());
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return failed("list", folder.path());
    if (entry == nullptr) return ok();
    const std::string_view name(entry->d_name);
    if (name != "." && name != ".." && !visit(entry->d_name)) return ok();
  }
}

} // namespace

Result<struct stat> status_of(const file::Descriptor& file) {
  struct stat status{};
  if (::fstat(file.number(), &status) < 0) return failed("stat", file.path());
  return status;
}

Result<bool> try_lock(const file::Descriptor& file) {
  while (::flock(file.number(), LOCK_EX | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    return failed("lock", file.path());
  }
  return true;
}

Result<Folder> Folder::check(file::Descriptor folder, uid_t owner) {
  MOX_TRY_ASSIGN(status, status_of(folder));
  if (status.st_uid != owner)
    return refused(folder.path(),
                   fmt::format("belongs to user {}, not to user {}", status.st_uid, owner));
  if ((status.st_mode & writable_by_others) != 0)
    return refused(folder.path(), "can be written to by others; its mode should be 0700");
  return Folder(std::move(folder), owner);
}

Result<Folder> Folder::open(const std::filesystem::path& path, uid_t owner) {
  MOX_TRY_ASSIGN(folder, open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY, path));
  return check(std::move(folder), owner);
}

Result<Folder> Folder::open_in(const file::Descriptor& parent, const std::string& name,
                               uid_t owner) {
  MOX_TRY_ASSIGN(
      folder, open_at(parent.number(), name.c_str(), O_RDONLY | O_DIRECTORY, parent.path() / name));
  return check(std::move(folder), owner);
}

Result<std::vector<std::string>> Folder::names(std::size_t limit) const {
  std::vector<std::string> names;
  MOX_TRY(visit_names(folder_, [&](const char* name) {
    names.emplace_back(name);
    return names.size() < limit;
  }));
  return names;
}

Result<std::vector<uid_t>> owners_in(const file::Descriptor& folder) {
  std::vector<uid_t> owners;
  MOX_TRY(visit_names(folder, [&](const char* name) {
    const auto user = text::parse_number<uid_t>(name);
    struct stat status{};
    const bool is_part = user && std::to_string(*user) == name &&
                         ::fstatat(folder.number(), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                         S_ISDIR(status.st_mode) && status.st_uid == *user;
    if (is_part) owners.push_back(*user);
    return true;
  }));
  std::ranges::sort(owners);
  return owners;
}

Result<file::Descriptor> Folder::open_file(const std::string& name, Access access) const {
  // O_NONBLOCK: a pipe would make us wait for its other end.
  const int flags = (access == Access::read ? O_RDONLY : O_RDWR) | O_NONBLOCK;
  MOX_TRY_ASSIGN(file, open_at(folder_.number(), name.c_str(), flags, path() / name));
  MOX_TRY(check_file(file));
  return file;
}

Result<> Folder::check_file(const file::Descriptor& file) const {
  MOX_TRY_ASSIGN(status, status_of(file));
  if (!S_ISREG(status.st_mode)) return refused(file.path(), "is not a plain file");
  if (status.st_nlink == 0)
    return failure(ErrorKind::not_found, file.path().native() + " was removed");
  if (status.st_uid != owner_)
    return refused(file.path(), fmt::format("belongs to user {}, and its folder to user {}",
                                            status.st_uid, owner_));
  // Under a second name it would be sent a second time.
  if (status.st_nlink != 1) return refused(file.path(), "has more than one name");
  if ((status.st_mode & writable_by_others) != 0)
    return refused(file.path(), "can be written to by others");
  return ok();
}

Result<file::Descriptor> Folder::create_file(const std::string& name) const {
  MOX_TRY_ASSIGN(file,
                 open_at(folder_.number(), name.c_str(), O_RDWR | O_CREAT | O_EXCL, path() / name));
  // Whatever the umask took away.
  if (::fchmod(file.number(), file::private_file) == 0) return file;
  auto error = failed("set permissions of", file.path());
  ::unlinkat(folder_.number(), name.c_str(), 0);
  return error;
}

Result<> Folder::rename(const std::string& from, const std::string& to) const {
  const int folder = folder_.number();
  if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return ok();
  // Not every file system can promise it; our names are random, so nothing stands there.
  if (errno == EINVAL && ::renameat(folder, from.c_str(), folder, to.c_str()) == 0) return ok();
  return failed("rename a file to", path() / to);
}

Result<> Folder::remove(const std::string& name) const {
  if (::unlinkat(folder_.number(), name.c_str(), 0) == 0) return ok();
  return failed("remove", path() / name);
}

Result<> Folder::sync() const {
  return file::sync(folder_);
}

Result<> Folder::sync_file_system() const {
  if (::syncfs(folder_.number()) == 0) return ok();
  return failed("sync the file system of", path());
}

} // namespace mox::sendmail
