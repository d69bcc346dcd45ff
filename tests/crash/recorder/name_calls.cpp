// The calls that make, rename and remove files and folders.
#include "crash/recorder/paths.h"
#include "crash/recorder/recorder.h"

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace mox::test;

// The third argument of open(), which stands there only with these flags.
mode_t permissions_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int record_open(int folder, const char* path, int flags, mode_t permissions) {
  const auto real = [&] {
    return static_cast<int>(::syscall(SYS_openat, folder, path, flags, permissions));
  };
  auto& recorder = Recorder::instance();
  const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  if (!recorder.follows_any() || unnamed || (flags & (O_CREAT | O_TRUNC)) == 0) return real();
  const Lock lock(recorder.mutex);
  const auto full = absolute(folder, path);
  if (!recorder.follows(full)) return real();
  struct stat before{};
  const bool existed = ::stat(full.c_str(), &before) == 0;
  if (!existed && recorder.fails("create", "create", full)) return -1;
  const int file = real();
  const int kept = errno;
  if (file >= 0 && !existed) recorder.log_created(file, full);
  if (file >= 0 && existed && (flags & O_TRUNC) != 0)
    recorder.log_resized(recorder.target_of(file), 0);
  errno = kept;
  return file;
}

// Calls that change names: `path` and `other` may be outside of the folder, which is not followed.
template <class Real>
int record_name(EventType type, const char* call, const std::string& path, const std::string& other,
                Real real) {
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  const bool first = recorder.follows(path);
  const bool second = other.empty() ? first : recorder.follows(other);
  if (!first && !second) return static_cast<int>(real());
  if (recorder.fails(call, call, path)) return -1;
  const auto result = static_cast<int>(real());
  if (result != 0) return result;
  if (first != second)
    recorder.log_unseen(first ? path : other, call);
  else
    recorder.log_name(type, path, other);
  return result;
}

int record_rename(int from_folder, const char* from, int to_folder, const char* to,
                  unsigned flags) {
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  const auto path = absolute(from_folder, from);
  if (flags != 0 && recorder.follows(path)) recorder.log_unseen(path, "renameat2");
  return record_name(EventType::rename, "rename", path, absolute(to_folder, to), [&] {
    return ::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  });
}

// With AT_EMPTY_PATH or a name below /proc this gives a name to a file that had none.
int record_link(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  const Lock lock(Recorder::instance().mutex);
  return record_name(
      EventType::link, "link", absolute(from_folder, from), absolute(to_folder, to),
      [&] { return ::syscall(SYS_linkat, from_folder, from, to_folder, to, flags); });
}

int record_unlink(int folder, const char* path, int flags) {
  const Lock lock(Recorder::instance().mutex);
  return record_name(EventType::remove, "unlink", absolute(folder, path), {},
                     [&] { return ::syscall(SYS_unlinkat, folder, path, flags); });
}

int record_mkdir(int folder, const char* path, mode_t permissions) {
  const Lock lock(Recorder::instance().mutex);
  return record_name(EventType::make_folder, "mkdir", absolute(folder, path), {},
                     [&] { return ::syscall(SYS_mkdirat, folder, path, permissions); });
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto permissions = permissions_of(flags, arguments);
  va_end(arguments);
  return record_open(AT_FDCWD, path, flags, permissions);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto permissions = permissions_of(flags, arguments);
  va_end(arguments);
  return record_open(folder, path, flags, permissions);
}

int creat(const char* path, mode_t permissions) {
  return record_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, permissions);
}

// The same under the names for large files.
[[gnu::alias("open")]] int open64(const char* path, int flags, ...);
[[gnu::alias("openat")]] int openat64(int folder, const char* path, int flags, ...);
[[gnu::alias("creat")]] int creat64(const char* path, mode_t permissions);

// The C library makes these with calls of its own that cannot be stood in for.
int mkostemp(char* pattern, int flags) {
  using Real = int (*)(char*, int);
  static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "mkostemp"));
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  const int file = real(pattern, flags);
  if (file < 0) return file;
  if (const auto path = absolute(AT_FDCWD, pattern); recorder.follows(path))
    recorder.log_created(file, path);
  return file;
}

int mkstemp(char* pattern) {
  return ::mkostemp(pattern, 0);
}

int rename(const char* from, const char* to) {
  return record_rename(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return record_rename(from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return record_rename(from_folder, from, to_folder, to, flags);
}

int link(const char* from, const char* to) {
  return record_link(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  return record_link(from_folder, from, to_folder, to, flags);
}

int unlink(const char* path) {
  return record_unlink(AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char* path, int flags) {
  return record_unlink(folder, path, flags);
}

int rmdir(const char* path) {
  return record_unlink(AT_FDCWD, path, AT_REMOVEDIR);
}

int remove(const char* path) {
  const int result = ::unlink(path);
  return result != 0 && (errno == EISDIR || errno == EPERM) ? ::rmdir(path) : result;
}

int mkdir(const char* path, mode_t permissions) {
  return record_mkdir(AT_FDCWD, path, permissions);
}

int mkdirat(int folder, const char* path, mode_t permissions) {
  return record_mkdir(folder, path, permissions);
}
}
