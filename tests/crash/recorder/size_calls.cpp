// The calls that change a file's size, and those by which bytes come into a file unseen.
#include "crash/recorder/recorder.h"

#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace mox::test;

// A call on a descriptor: `real` makes it, and `note` logs what it did when it returned 0 for a
// file that is followed. `call` is its name for faults.
template <class Real, class Note>
int record_resizing(const char* call, const char* family, int file, Real real, Note note) {
  auto& recorder = Recorder::instance();
  const Lock lock(recorder.mutex);
  const auto target = recorder.target_of(file);
  if (target.followed && recorder.fails(call, family, target.path)) return -1;
  const auto result = static_cast<int>(real());
  if (target.followed && result == 0) note(recorder, target);
  return result;
}

int record_truncate(int file, off_t size) {
  return record_resizing(
      "ftruncate", "truncate", file, [&] { return ::syscall(SYS_ftruncate, file, size); },
      [&](Recorder& recorder, const Target& target) { recorder.log_resized(target, size); });
}

int record_allocate(int file, int mode, off_t offset, off_t size) {
  return record_resizing(
      "fallocate", "fallocate", file,
      [&] { return ::syscall(SYS_fallocate, file, mode, offset, size); },
      [&](Recorder& recorder, const Target& target) {
        if (mode == FALLOC_FL_KEEP_SIZE) return;
        recorder.introduce(target);
        struct stat status{};
        if (mode != 0 || ::fstat(file, &status) != 0)
          recorder.log_unseen(target.path, "fallocate");
        else
          recorder.log_resized(target, status.st_size);
      });
}

// Bytes that come into `file` in a way that the recorder does not follow.
void note_unseen(int file, const char* call, std::string_view but_not = {}) {
  auto& recorder = Recorder::instance();
  const auto target = recorder.target_of(file);
  if (!target.followed || (!but_not.empty() && target.path.ends_with(but_not))) return;
  recorder.log_unseen(target.path, call);
}

} // namespace

extern "C" {

int ftruncate(int file, off_t size) {
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

int fallocate(int file, int mode, off_t offset, off_t size) {
  return record_allocate(file, mode, offset, size);
}

int posix_fallocate(int file, off_t offset, off_t size) {
  return record_allocate(file, 0, offset, size) == 0 ? 0 : errno;
}

ssize_t copy_file_range(int from, off_t* from_offset, int to, off_t* to_offset, size_t size,
                        unsigned flags) {
  const Lock lock(Recorder::instance().mutex);
  note_unseen(to, "copy_file_range");
  return ::syscall(SYS_copy_file_range, from, from_offset, to, to_offset, size, flags);
}

// A shared mapping can be written without a call. LMDB maps its lock file so, whose content does
// not matter after a crash, and its data file only for reading.
void* mmap(void* address, size_t size, int protection, int flags, int file, off_t offset) {
  if (file >= 0 && (flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0) {
    const Lock lock(Recorder::instance().mutex);
    note_unseen(file, "mmap", "lock.mdb");
  }
  // The kernel's result is an address, or -1 as MAP_FAILED is.
  return std::bit_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, file, offset));
}

// The same under the names for large files: off_t has 64 bits.
[[gnu::alias("ftruncate")]] int ftruncate64(int file, off_t size);
[[gnu::alias("truncate")]] int truncate64(const char* path, off_t size);
[[gnu::alias("fallocate")]] int fallocate64(int file, int mode, off_t offset, off_t size);
[[gnu::alias("posix_fallocate")]] int posix_fallocate64(int file, off_t offset, off_t size);
[[gnu::alias("mmap")]] void* mmap64(void* address, size_t size, int protection, int flags, int file,
                                    off_t offset);
}
