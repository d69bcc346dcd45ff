#include "full_disk.h"

#include <atomic>
#include <sys/statvfs.h>

namespace mox::smtpserver::test {

namespace {

std::atomic<bool> disk_is_full = false;

} // namespace

void let_disk_be_full(bool full) {
  disk_is_full = full;
}

} // namespace mox::smtpserver::test

extern "C" {
int __real_statvfs(const char* path, struct statvfs* status);

int __wrap_statvfs(const char* path, struct statvfs* status);

int __wrap_statvfs(const char* path, struct statvfs* status) {
  const int result = __real_statvfs(path, status);
  if (mox::smtpserver::test::disk_is_full) status->f_bavail = 0;
  return result;
}
}
