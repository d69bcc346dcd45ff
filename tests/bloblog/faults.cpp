#include "bloblog/faults.h"

#include <cerrno>
#include <sys/types.h>
#include <unistd.h>

namespace mox::test {

Faults& faults() {
  static Faults instance;
  return instance;
}

LastWrite& last_write() {
  thread_local LastWrite instance;
  return instance;
}

Failing::Failing(Call call, int error, int nth) : entry_(faults().of(call)) {
  entry_.error = error;
  entry_.fail_at = entry_.count + nth;
}

Failing::~Failing() {
  entry_.fail_at = 0;
}

namespace {

bool fails(Call call) {
  auto& entry = faults().of(call);
  const int number = ++entry.count;
  if (number != entry.fail_at) return false;
  errno = entry.error;
  return true;
}

} // namespace

} // namespace mox::test

using mox::test::Call;

extern "C" {
ssize_t __real_pwrite(int file, const void* bytes, size_t size, off_t offset);
int __real_fdatasync(int file);
int __real_fsync(int file);
int __real_ftruncate(int file, off_t size);

ssize_t __wrap_pwrite(int file, const void* bytes, size_t size, off_t offset) {
  if (mox::test::fails(Call::pwrite)) return -1;
  mox::test::last_write() = {.offset = static_cast<std::uint64_t>(offset), .size = size};
  return __real_pwrite(file, bytes, size, offset);
}

int __wrap_fdatasync(int file) {
  return mox::test::fails(Call::fdatasync) ? -1 : __real_fdatasync(file);
}

int __wrap_fsync(int file) {
  return mox::test::fails(Call::fsync) ? -1 : __real_fsync(file);
}

int __wrap_ftruncate(int file, off_t size) {
  return mox::test::fails(Call::ftruncate) ? -1 : __real_ftruncate(file, size);
}
}
