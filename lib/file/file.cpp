#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace mox::file {

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(std::string_view verb, const fs::path& path) {
  const int reason = errno;
  return std::unexpected(system_error(fmt::format("{} {}", verb, path.native()), reason));
}

// Repeats a call that a signal interrupted.
template <class Call> auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

int flags_of(Access access) {
  switch (access) {
  case Access::read: return O_RDONLY;
  case Access::write: return O_RDWR;
  case Access::create: return O_RDWR | O_CREAT | O_EXCL;
  case Access::create_or_open: return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

std::string_view verb_of(Access access) {
  return access == Access::create ? "create" : "open";
}

} // namespace

Result<Descriptor> open(const fs::path& path, Access access, mode_t permissions) {
  const int flags = flags_of(access) | O_CLOEXEC;
  const int number = uninterrupted([&] { return ::open(path.c_str(), flags, permissions); });
  if (number < 0) return failed(verb_of(access), path);
  return Descriptor(number, path);
}

Result<Descriptor> open_folder(const fs::path& path) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const int number = uninterrupted([&] { return ::open(path.c_str(), flags); });
  if (number < 0) return failed("open folder", path);
  return Descriptor(number, path);
}

Result<std::size_t> read_at(const Descriptor& file, std::uint64_t offset, std::span<char> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto rest = into.subspan(done);
    const auto count = uninterrupted([&] {
      return ::pread(file.number(), rest.data(), rest.size(), static_cast<off_t>(offset + done));
    });
    if (count < 0) return failed("read", file.path());
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Result<> read_exactly_at(const Descriptor& file, std::uint64_t offset, std::span<char> into) {
  MOX_TRY_ASSIGN(count, read_at(file, offset, into));
  if (count == into.size()) return ok();
  return failure(ErrorKind::corrupt,
                 fmt::format("{} ends at offset {}, {} bytes too early", file.path().native(),
                             offset + count, into.size() - count));
}

Result<> write_at(const Descriptor& file, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = uninterrupted([&] {
      return ::pwrite(file.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    });
    if (count < 0) return failed("write", file.path());
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return ok();
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  MOX_TRY_ASSIGN(file, open(path, Access::read));
  std::string content;
  // The size is not asked for: files of /proc have none.
  for (;;) {
    const auto begin = content.size();
    content.resize(std::min(std::max<std::size_t>(4096, 2 * begin), limit + 1));
    MOX_TRY_ASSIGN(count, read_at(file, begin, std::span(content).subspan(begin)));
    const bool ended = begin + count < content.size();
    content.resize(begin + count);
    if (content.size() > limit) {
      return failure(ErrorKind::invalid,
                     fmt::format("{} is larger than {} bytes", path.native(), limit));
    }
    if (ended) return content;
  }
}

Result<std::uint64_t> size(const Descriptor& file) {
  struct stat status{};
  if (::fstat(file.number(), &status) < 0) return failed("stat", file.path());
  return static_cast<std::uint64_t>(status.st_size);
}

Result<> truncate(const Descriptor& file, std::uint64_t size) {
  const auto wanted = static_cast<off_t>(size);
  if (uninterrupted([&] { return ::ftruncate(file.number(), wanted); }) < 0) {
    return failed("truncate", file.path());
  }
  return ok();
}

Result<> allocate(const Descriptor& file, std::uint64_t size) {
  const auto wanted = static_cast<off_t>(size);
  const int result =
      uninterrupted([&] { return ::fallocate(file.number(), FALLOC_FL_KEEP_SIZE, 0, wanted); });
  if (result < 0 && errno != EOPNOTSUPP) return failed("allocate", file.path());
  return ok();
}

Result<> write_back(const Descriptor& file, std::uint64_t offset, std::uint64_t size) {
  const int result =
      ::sync_file_range(file.number(), static_cast<off_t>(offset), static_cast<off_t>(size),
                        SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
  if (result < 0 && errno != ENOSYS) return failed("write back", file.path());
  return ok();
}

Result<> sync_data(const Descriptor& file) {
  if (uninterrupted([&] { return ::fdatasync(file.number()); }) < 0) {
    return failed("sync", file.path());
  }
  return ok();
}

Result<> sync(const Descriptor& file) {
  if (uninterrupted([&] { return ::fsync(file.number()); }) < 0) return failed("sync", file.path());
  return ok();
}

Result<> sync_folder(const fs::path& folder) {
  MOX_TRY_ASSIGN(descriptor, open_folder(folder));
  return sync(descriptor);
}

Result<> rename(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) < 0) {
    const int reason = errno;
    return std::unexpected(
        system_error(fmt::format("rename {} to {}", from.native(), to.native()), reason));
  }
  return ok();
}

Result<> link(const fs::path& existing, const fs::path& name) {
  if (::link(existing.c_str(), name.c_str()) < 0) {
    const int reason = errno;
    return std::unexpected(
        system_error(fmt::format("link {} as {}", existing.native(), name.native()), reason));
  }
  return ok();
}

Result<> unlink(const fs::path& path) {
  if (::unlink(path.c_str()) < 0) return failed("remove", path);
  return ok();
}

Result<> make_folder(const fs::path& path, mode_t permissions) {
  if (::mkdir(path.c_str(), permissions) == 0) return ok();
  if (errno == ENOENT && path.has_relative_path() && path.parent_path() != path) {
    MOX_TRY(make_folder(path.parent_path(), permissions));
    if (::mkdir(path.c_str(), permissions) == 0) return ok();
  }
  if (errno != EEXIST) return failed("make folder", path);
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return ok();
  errno = ENOTDIR;
  return failed("make folder", path);
}

Result<std::vector<std::string>> list(const fs::path& folder) {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };

  const std::unique_ptr<DIR, Close> stream(::opendir(folder.c_str()));
  if (!stream) return failed("list", folder);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return failed("list", folder);
  std::ranges::sort(names);
  return names;
}

Result<bool> exists(const fs::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return failed("stat", path);
}

namespace {

// A new file beside `path`, of a name that nothing else has.
Result<Descriptor> create_beside(const fs::path& path, mode_t permissions) {
  auto name = path.native() + ".XXXXXX";
  const int number = ::mkostemp(name.data(), O_CLOEXEC);
  if (number < 0) return failed("create a file beside", path);
  Descriptor file(number, name);
  if (::fchmod(number, permissions) < 0) {
    const auto error = failed("set permissions of", file.path());
    ::unlink(name.c_str());
    return error;
  }
  return file;
}

Result<> write_and_rename(const Descriptor& file, std::string_view content, const fs::path& to) {
  MOX_TRY(write_at(file, 0, content));
  MOX_TRY(sync(file));
  return file::rename(file.path(), to);
}

} // namespace

Result<> replace(const fs::path& path, std::string_view content, mode_t permissions) {
  MOX_TRY_ASSIGN(file, create_beside(path, permissions));
  if (auto written = write_and_rename(file, content, path); !written) {
    ::unlink(file.path().c_str());
    return written;
  }
  const auto folder = path.parent_path();
  return sync_folder(folder.empty() ? fs::path(".") : folder);
}

Result<Descriptor> unnamed(const fs::path& folder) {
  const int flags = O_TMPFILE | O_RDWR | O_CLOEXEC;
  const int number = uninterrupted([&] { return ::open(folder.c_str(), flags, private_file); });
  if (number >= 0) return Descriptor(number, folder);
  // Not every file system can: overlayfs of older kernels, NFS.
  if (errno != EOPNOTSUPP && errno != EISDIR) return failed("create a temporary file in", folder);
  MOX_TRY_ASSIGN(file, create_beside(folder / "temporary", private_file));
  MOX_TRY(unlink(file.path()));
  return file;
}

} // namespace mox::file
