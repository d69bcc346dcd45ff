// The lock that makes one process the owner of a folder.
#pragma once

#include "file/descriptor.h"
#include "result/result.h"

#include <filesystem>
#include <utility>

namespace mox::file {

// flock(2) on a file that holds the owner's process id, for the others' error text. The kernel
// drops the lock when the process ends, however it ends; the file stays, and its content means
// nothing while nobody holds the lock.
class OwnerLock {
public:
  // ErrorKind::temporary when another process holds it: "<folder> is in use by process 123".
  static Result<OwnerLock> take(const std::filesystem::path& lock_file);

private:
  explicit OwnerLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

} // namespace mox::file
