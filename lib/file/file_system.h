// What the file system under a path is, and how much room it has.
#pragma once

#include "result/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mox::file {

struct Space {
  std::uint64_t available = 0; // bytes that we may still use
  std::uint64_t total = 0;
};

Result<Space> space(const std::filesystem::path& path);

// ErrorKind::unsupported, with a sentence that says what to do, for file systems on which locks,
// mapped files or syncs do not keep their promises: NFS, SMB, 9p, FUSE and other remote ones.
Result<> check_file_system(const std::filesystem::path& path);

// Whether bytes that are written again go to the place where the old ones stood, so that writing a
// file ahead of need makes later syncs cheaper: false for btrfs, ZFS, F2FS and tmpfs.
Result<bool> overwrites_in_place(const std::filesystem::path& path);

// The name of a file system that is refused, by the magic number of statfs(2); nothing for others.
// Pure.
std::optional<std::string> refused_file_system(std::uint64_t magic);

} // namespace mox::file
