// The calls that write bytes and make them durable.
#include "crash/recorder/recorder.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

using namespace mox::test;

constexpr off_t at_position = -1;

off_t position_for(int file, int flags) {
  if ((flags & O_APPEND) != 0) {
    struct stat status{};
    ::fstat(file, &status);
    return status.st_size;
  }
  return ::lseek(file, 0, SEEK_CUR);
}

std::string gathered(const iovec* pieces, int count, std::size_t size) {
  std::string bytes;
  for (int i = 0; i < count && bytes.size() < size; ++i) {
    const auto part = std::min(pieces[i].iov_len, size - bytes.size());
    bytes.append(static_cast<const char*>(pieces[i].iov_base), part);
  }
  return bytes;
}

// All calls that write: `real` makes it; the bytes are those of `pieces`.
template <class Real>
ssize_t record_write(const char* call, int file, const iovec* pieces, int count, off_t offset,
                     Real real) {
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  const auto target = recorder.target_of(file);
  if (!target.followed) return real();
  if (recorder.fails(call, "write", target.path)) return -1;
  recorder.introduce(target);
  const int flags = ::fcntl(file, F_GETFL);
  const auto begin = offset == at_position ? position_for(file, flags) : offset;
  const ssize_t written = real();
  if (written <= 0) return written;
  const bool synced = (flags & O_DSYNC) != 0; // O_SYNC contains it
  recorder.log({.type = EventType::write,
                .flags = synced ? Event::synced : std::uint8_t{0},
                .inode = target.inode,
                .number = static_cast<std::uint64_t>(begin),
                .data = gathered(pieces, count, static_cast<std::size_t>(written))});
  return written;
}

ssize_t record_write(const char* call, int file, const void* bytes, size_t size, off_t offset) {
  const iovec piece{.iov_base = const_cast<void*>(bytes), .iov_len = size};
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
  auto& recorder = Recorder::instance();
  Target target;
  std::uint64_t sync = 0;
  {
    const Lock lock(recorder.mutex);
    target = recorder.target_of(file);
    if (target.followed && recorder.fails(call, "sync", target.path)) return -1;
    if (target.followed) sync = recorder.log_sync_begin(target);
  }
  const auto result = static_cast<int>(::syscall(number, file));
  if (!target.followed) return result;
  const Lock lock(recorder.mutex);
  recorder.log_sync_end(sync, result == 0);
  return result;
}

} // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  return record_write("write", file, bytes, size, at_position);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  return record_write("pwrite", file, bytes, size, offset);
}

ssize_t writev(int file, const iovec* pieces, int count) {
  return record_writev("writev", file, pieces, count, at_position);
}

ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  return record_writev("pwritev", file, pieces, count, offset);
}

// The same under the names for large files: off_t has 64 bits.
[[gnu::alias("pwrite")]] ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset);
[[gnu::alias("pwritev")]] ssize_t pwritev64(int file, const iovec* pieces, int count, off_t offset);

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
}
