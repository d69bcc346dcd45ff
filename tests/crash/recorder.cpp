// A library for LD_PRELOAD that logs what a program does to the files below one folder, and lets
// chosen calls fail. README.md says how to use it.
//
// The real calls go to the kernel directly, so nothing here depends on which libc function of that
// name comes next. One lock orders the log like the calls; a sync is two events, since other calls
// go on while it runs.
#include "crash/event.h"

#include <climits>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using mox::test::Event;
using mox::test::EventType;
using mox::test::EventView;

// One entry of MOX_CRASH_FAIL.
struct Fault {
  std::string call;
  std::string path; // part of the file's path; empty: any
  int nth = 0;
  int error = 0;
  int seen = 0;
};

struct Recorder {
  std::recursive_mutex mutex;
  std::string folder; // absolute, without a slash at its end; empty: nothing is recorded
  int log = -1;
  std::set<std::uint64_t> known; // inodes that the log has named
  std::uint64_t syncs = 0;
  std::vector<Fault> faults;
};

int error_number(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 5> names{
      {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EINTR", EINTR}}};
  for (const auto& [known, number] : names) {
    if (known == name) return number;
  }
  return EIO;
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// faults = fault *( "," fault ) ; fault = call ":" nth ":" error [ ":" part of path ]
std::vector<Fault> parse_faults(std::string_view text) {
  std::vector<Fault> faults;
  while (!text.empty()) {
    auto entry = take_until(text, ',');
    Fault fault;
    fault.call = take_until(entry, ':');
    fault.nth = std::atoi(std::string(take_until(entry, ':')).c_str());
    fault.error = error_number(take_until(entry, ':'));
    fault.path = entry;
    faults.push_back(std::move(fault));
  }
  return faults;
}

// "." and ".." and doubled slashes taken out; symbolic links stay.
std::string normalised(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto part = take_until(path, '/');
    if (part.empty() || part == ".") continue;
    if (part != "..")
      parts.push_back(part);
    else if (!parts.empty())
      parts.pop_back();
  }
  std::string result;
  for (const auto part : parts) result.append("/").append(part);
  return result;
}

Recorder* make_recorder() {
  // Never destroyed: the program may write until its very end.
  auto* recorder = new Recorder;
  if (const char* folder = std::getenv("MOX_CRASH_FOLDER")) recorder->folder = normalised(folder);
  if (const char* faults = std::getenv("MOX_CRASH_FAIL")) recorder->faults = parse_faults(faults);
  if (const char* log = std::getenv("MOX_CRASH_LOG")) {
    recorder->log = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
  return recorder;
}

Recorder& recorder() {
  static Recorder* const instance = make_recorder();
  return *instance;
}

using Lock = std::scoped_lock<std::recursive_mutex>;

// Keeps errno, which belongs to the call that was made.
void log(const EventView& event) {
  if (recorder().log < 0) return;
  const int kept = errno;
  std::string bytes;
  mox::test::append_event(bytes, event);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const auto count = ::syscall(SYS_write, recorder().log, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) std::abort();
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  errno = kept;
}

bool is_below(std::string_view path) {
  const auto& folder = recorder().folder;
  if (folder.empty() || !path.starts_with(folder)) return false;
  return path.size() == folder.size() || path[folder.size()] == '/';
}

std::string_view below(std::string_view path) {
  path.remove_prefix(recorder().folder.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

std::string link_target(const std::string& link) {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlink(link.c_str(), target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

std::string path_of(int file) {
  auto path = link_target("/proc/self/fd/" + std::to_string(file));
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

std::string absolute(int folder, const char* path) {
  if (path[0] == '/') return normalised(path);
  const auto base = folder == AT_FDCWD ? link_target("/proc/self/cwd") : path_of(folder);
  return normalised(base + "/" + path);
}

// A descriptor's file, when it is one that we follow.
struct Target {
  bool followed = false;
  bool is_folder = false;
  std::uint64_t inode = 0;
  std::string path;
};

Target target_of(int file) {
  const int kept = errno;
  Target target;
  struct stat status{};
  if (!recorder().folder.empty() && ::fstat(file, &status) == 0 &&
      (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
    target.path = path_of(file);
    target.followed = is_below(target.path);
    target.is_folder = S_ISDIR(status.st_mode);
    target.inode = status.st_ino;
  }
  errno = kept;
  return target;
}

// Names the file before the first event about it.
void introduce(const Target& target) {
  if (target.is_folder || !recorder().known.insert(target.inode).second) return;
  log({.type = EventType::known, .inode = target.inode, .path = below(target.path)});
}

// Sets errno and returns true when a fault is due for this call. `call` may have a second name that
// stands for a family: "write" or "sync".
bool fails(std::string_view call, std::string_view family, std::string_view path) {
  for (auto& fault : recorder().faults) {
    if (fault.call != call && fault.call != family) continue;
    if (path.find(fault.path) == std::string_view::npos) continue;
    if (++fault.seen != fault.nth) continue;
    log({.type = EventType::mark, .data = "fault"});
    errno = fault.error;
    return true;
  }
  return false;
}

std::string gathered(const iovec* pieces, int count, std::size_t size) {
  std::string bytes;
  for (int i = 0; i < count && bytes.size() < size; ++i) {
    const auto part = std::min(pieces[i].iov_len, size - bytes.size());
    bytes.append(static_cast<const char*>(pieces[i].iov_base), part);
  }
  return bytes;
}

constexpr off_t at_position = -1;

off_t position_for(int file, int flags) {
  if ((flags & O_APPEND) != 0) {
    struct stat status{};
    ::fstat(file, &status);
    return status.st_size;
  }
  return ::lseek(file, 0, SEEK_CUR);
}

// All calls that write: `real` makes it; the bytes are those of `pieces`.
template <class Real>
ssize_t record_write(const char* call, int file, const iovec* pieces, int count, off_t offset,
                     Real real) {
  const Lock lock(recorder().mutex);
  const auto target = target_of(file);
  if (!target.followed) return real();
  if (fails(call, "write", target.path)) return -1;
  introduce(target);
  const int flags = ::fcntl(file, F_GETFL);
  const auto begin = offset == at_position ? position_for(file, flags) : offset;
  const ssize_t written = real();
  if (written <= 0) return written;
  const bool synced = (flags & O_DSYNC) != 0; // O_SYNC contains it
  log({.type = EventType::write,
       .flags = synced ? Event::synced : std::uint8_t{0},
       .inode = target.inode,
       .number = static_cast<std::uint64_t>(begin),
       .data = gathered(pieces, count, static_cast<std::size_t>(written))});
  return written;
}

iovec piece_of(const void* bytes, size_t size) {
  return {.iov_base = const_cast<void*>(bytes), .iov_len = size};
}

ssize_t record_write(const char* call, int file, const void* bytes, size_t size, off_t offset) {
  const auto piece = piece_of(bytes, size);
  return record_write(call, file, &piece, 1, offset, [&]() -> ssize_t {
    if (offset == at_position) return ::syscall(SYS_write, file, bytes, size);
    return ::syscall(SYS_pwrite64, file, bytes, size, offset);
  });
}

ssize_t record_writev(const char* call, int file, const iovec* pieces, int count, off_t offset) {
  return record_write(call, file, pieces, count, offset, [&]() -> ssize_t {
    if (offset == at_position) return ::syscall(SYS_writev, file, pieces, count);
    return ::syscall(SYS_pwritev, file, pieces, count, static_cast<long>(offset), 0L);
  });
}

int record_sync(const char* call, long number, int file) {
  Target target;
  std::uint64_t sync = 0;
  {
    const Lock lock(recorder().mutex);
    target = target_of(file);
    if (target.followed && fails(call, "sync", target.path)) return -1;
    if (target.followed) {
      introduce(target);
      sync = ++recorder().syncs;
      log({.type = EventType::sync_begin,
           .inode = target.is_folder ? 0 : target.inode,
           .number = sync,
           .path = target.is_folder ? below(target.path) : std::string_view()});
    }
  }
  const auto result = static_cast<int>(::syscall(number, file));
  if (!target.followed) return result;
  const Lock lock(recorder().mutex);
  log({.type = EventType::sync_end,
       .flags = result == 0 ? std::uint8_t{0} : Event::failed,
       .number = sync});
  return result;
}

int record_truncate(int file, off_t size) {
  const Lock lock(recorder().mutex);
  const auto target = target_of(file);
  if (target.followed && fails("ftruncate", "truncate", target.path)) return -1;
  const auto result = static_cast<int>(::syscall(SYS_ftruncate, file, size));
  if (target.followed && result == 0) {
    introduce(target);
    log({.type = EventType::truncate,
         .inode = target.inode,
         .number = static_cast<std::uint64_t>(size)});
  }
  return result;
}

// What the recorder does not follow; the maker of images refuses a log that has one.
void log_unseen(const std::string& path, std::string_view call) {
  log({.type = EventType::unseen, .path = below(path), .data = call});
}

int record_allocate(int file, int mode, off_t offset, off_t size) {
  const Lock lock(recorder().mutex);
  const auto target = target_of(file);
  if (target.followed && fails("fallocate", "fallocate", target.path)) return -1;
  const auto result = static_cast<int>(::syscall(SYS_fallocate, file, mode, offset, size));
  if (!target.followed || result != 0 || mode == FALLOC_FL_KEEP_SIZE) return result;
  introduce(target);
  struct stat status{};
  if (mode != 0 || ::fstat(file, &status) != 0)
    log_unseen(target.path, "fallocate");
  else {
    log({.type = EventType::truncate,
         .inode = target.inode,
         .number = static_cast<std::uint64_t>(status.st_size)});
  }
  return result;
}

void log_created(int file, const std::string& path) {
  struct stat status{};
  if (::fstat(file, &status) != 0) return;
  recorder().known.insert(status.st_ino);
  log({.type = EventType::create, .inode = status.st_ino, .path = below(path)});
}

int record_open(int folder, const char* path, int flags, mode_t permissions) {
  const auto real = [&] {
    return static_cast<int>(::syscall(SYS_openat, folder, path, flags, permissions));
  };
  const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  if (recorder().folder.empty() || unnamed || (flags & (O_CREAT | O_TRUNC)) == 0) return real();
  const Lock lock(recorder().mutex);
  const auto full = absolute(folder, path);
  if (!is_below(full)) return real();
  struct stat before{};
  const bool existed = ::stat(full.c_str(), &before) == 0;
  if (!existed && fails("create", "create", full)) return -1;
  const int file = real();
  const int kept = errno;
  if (file >= 0 && !existed) log_created(file, full);
  if (file >= 0 && existed && (flags & O_TRUNC) != 0) {
    const auto target = target_of(file);
    introduce(target);
    log({.type = EventType::truncate, .inode = target.inode, .number = 0});
  }
  errno = kept;
  return file;
}

// Calls that change names: `path` and `other` may be outside of the folder, which is not followed.
template <class Real>
int record_name(EventType type, const char* call, const std::string& path, const std::string& other,
                Real real) {
  const bool first = is_below(path);
  const bool second = other.empty() ? first : is_below(other);
  if (!first && !second) return static_cast<int>(real());
  if (fails(call, call, path)) return -1;
  const auto result = static_cast<int>(real());
  if (result != 0) return result;
  if (first != second)
    log_unseen(first ? path : other, call);
  else {
    log({.type = type,
         .path = below(path),
         .other = other.empty() ? std::string_view() : below(other)});
  }
  return result;
}

} // namespace

extern "C" {

void mox_crash_mark(const char* text, unsigned long size) {
  const Lock lock(recorder().mutex);
  log({.type = EventType::mark, .data = std::string_view(text, size)});
}

ssize_t write(int file, const void* bytes, size_t size) {
  return record_write("write", file, bytes, size, at_position);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  return record_write("pwrite", file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset) {
  return record_write("pwrite", file, bytes, size, offset);
}

ssize_t writev(int file, const iovec* pieces, int count) {
  return record_writev("writev", file, pieces, count, at_position);
}

ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  return record_writev("pwritev", file, pieces, count, offset);
}

ssize_t pwritev64(int file, const iovec* pieces, int count, off_t offset) {
  return record_writev("pwritev", file, pieces, count, offset);
}

int fsync(int file) {
  return record_sync("fsync", SYS_fsync, file);
}

int fdatasync(int file) {
  return record_sync("fdatasync", SYS_fdatasync, file);
}

// Promises nothing about metadata or the disk's cache: never counted as a sync.
int sync_file_range(int file, off_t offset, off_t size, unsigned flags) {
  return static_cast<int>(::syscall(SYS_sync_file_range, file, offset, size, flags));
}

int ftruncate(int file, off_t size) {
  return record_truncate(file, size);
}

int ftruncate64(int file, off_t size) {
  return record_truncate(file, size);
}

int truncate(const char* path, off_t size) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const int result = record_truncate(file, size);
  const int kept = errno;
  ::close(file);
  errno = kept;
  return result;
}

int truncate64(const char* path, off_t size) {
  return ::truncate(path, size);
}

int fallocate(int file, int mode, off_t offset, off_t size) {
  return record_allocate(file, mode, offset, size);
}

int fallocate64(int file, int mode, off_t offset, off_t size) {
  return record_allocate(file, mode, offset, size);
}

int posix_fallocate(int file, off_t offset, off_t size) {
  return record_allocate(file, 0, offset, size) == 0 ? 0 : errno;
}

int posix_fallocate64(int file, off_t offset, off_t size) {
  return ::posix_fallocate(file, offset, size);
}

ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, size_t size,
                        unsigned flags) {
  const Lock lock(recorder().mutex);
  if (const auto target = target_of(to); target.followed)
    log_unseen(target.path, "copy_file_range");
  return ::syscall(SYS_copy_file_range, from, from_offset, to, to_offset, size, flags);
}

// The mode argument stands there only with O_CREAT or O_TMPFILE.
int open(const char* path, int flags, ...) {
  mode_t permissions = 0;
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    permissions = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return record_open(AT_FDCWD, path, flags, permissions);
}

int open64(const char* path, int flags, ...) {
  mode_t permissions = 0;
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    permissions = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return record_open(AT_FDCWD, path, flags, permissions);
}

int openat(int folder, const char* path, int flags, ...) {
  mode_t permissions = 0;
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    permissions = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return record_open(folder, path, flags, permissions);
}

int openat64(int folder, const char* path, int flags, ...) {
  mode_t permissions = 0;
  if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    permissions = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return record_open(folder, path, flags, permissions);
}

int creat(const char* path, mode_t permissions) {
  return record_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, permissions);
}

int creat64(const char* path, mode_t permissions) {
  return ::creat(path, permissions);
}

// The C library makes these with calls of its own that cannot be stood in for.
int mkostemp(char* pattern, int flags) {
  using Real = int (*)(char*, int);
  static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "mkostemp"));
  const Lock lock(recorder().mutex);
  const int file = real(pattern, flags);
  if (file < 0) return file;
  if (const auto path = absolute(AT_FDCWD, pattern); is_below(path)) log_created(file, path);
  return file;
}

int mkstemp(char* pattern) {
  return ::mkostemp(pattern, 0);
}

int rename(const char* from, const char* to) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::rename, "rename", absolute(AT_FDCWD, from), absolute(AT_FDCWD, to),
                     [&] { return ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0); });
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::rename, "rename", absolute(from_folder, from),
                     absolute(to_folder, to),
                     [&] { return ::syscall(SYS_renameat2, from_folder, from, to_folder, to, 0); });
}

int link(const char* from, const char* to) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::link, "link", absolute(AT_FDCWD, from), absolute(AT_FDCWD, to),
                     [&] { return ::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0); });
}

// With AT_EMPTY_PATH or a name below /proc this gives a name to a file that had none.
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  const Lock lock(recorder().mutex);
  return record_name(
      EventType::link, "link", absolute(from_folder, from), absolute(to_folder, to),
      [&] { return ::syscall(SYS_linkat, from_folder, from, to_folder, to, flags); });
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  const Lock lock(recorder().mutex);
  const auto path = absolute(from_folder, from);
  if (flags != 0 && is_below(path)) log_unseen(path, "renameat2");
  return record_name(EventType::rename, "rename", path, absolute(to_folder, to), [&] {
    return ::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  });
}

int unlink(const char* path) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::remove, "unlink", absolute(AT_FDCWD, path), {},
                     [&] { return ::syscall(SYS_unlinkat, AT_FDCWD, path, 0); });
}

int unlinkat(int folder, const char* path, int flags) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::remove, "unlink", absolute(folder, path), {},
                     [&] { return ::syscall(SYS_unlinkat, folder, path, flags); });
}

int rmdir(const char* path) {
  return ::unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int remove(const char* path) {
  const int result = ::unlink(path);
  return result != 0 && (errno == EISDIR || errno == EPERM) ? ::rmdir(path) : result;
}

int mkdir(const char* path, mode_t permissions) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::make_folder, "mkdir", absolute(AT_FDCWD, path), {},
                     [&] { return ::syscall(SYS_mkdirat, AT_FDCWD, path, permissions); });
}

int mkdirat(int folder, const char* path, mode_t permissions) {
  const Lock lock(recorder().mutex);
  return record_name(EventType::make_folder, "mkdir", absolute(folder, path), {},
                     [&] { return ::syscall(SYS_mkdirat, folder, path, permissions); });
}

// A shared mapping can be written without a call. LMDB maps its lock file so, whose content does
// not matter after a crash, and its data file only for reading.
void* mmap(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  if (file >= 0 && (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0) {
    const Lock lock(recorder().mutex);
    const auto target = target_of(file);
    if (target.followed && !target.path.ends_with("lock.mdb")) log_unseen(target.path, "mmap");
  }
  // Truncation of the pointer is none: the kernel's result is an address or -1.
  return reinterpret_cast<void*>(
      ::syscall(SYS_mmap, address, size, protection, flags, file, offset));
}

void* mmap64(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  return ::mmap(address, size, protection, flags, file, offset);
}
}
