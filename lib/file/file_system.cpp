#include "file/file_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <sys/statfs.h>
#include <sys/statvfs.h>

namespace mox::file {

namespace {

struct Named {
  std::uint64_t magic;
  std::string_view name;
};

// Of statfs(2) and the kernel's sources; linux/magic.h lacks some.
constexpr std::array refused{
    Named{0x6969, "NFS"},        Named{0x517B, "SMB"},        Named{0xFF534D42, "SMB"},
    Named{0xFE534D42, "SMB"},    Named{0x01021997, "9p"},     Named{0x65735546, "FUSE"},
    Named{0x5346414F, "AFS"},    Named{0x73757245, "Coda"},   Named{0x00C36400, "Ceph"},
    Named{0x786F4256, "vboxsf"}, Named{0xBACBACBC, "vmhgfs"},
};

constexpr std::array<std::uint64_t, 5> copying{
    0x9123683E, // btrfs
    0x2FC12FC1, // ZFS
    0xF2F52010, // F2FS
    0xCA451A4E, // bcachefs
    0x01021994, // tmpfs
};

Result<std::uint64_t> magic_of(const std::filesystem::path& path) {
  struct statfs status{};
  if (::statfs(path.c_str(), &status) < 0) {
    const int reason = errno;
    return std::unexpected(
        system_error(fmt::format("stat file system of {}", path.native()), reason));
  }
  // The type is signed and of the machine's width; the magic numbers have 32 bits.
  return static_cast<std::uint64_t>(status.f_type) & 0xFFFFFFFF;
}

} // namespace

Result<Space> space(const std::filesystem::path& path) {
  struct statvfs status{};
  if (::statvfs(path.c_str(), &status) < 0) {
    const int reason = errno;
    return std::unexpected(system_error(fmt::format("free space of {}", path.native()), reason));
  }
  const std::uint64_t unit = status.f_frsize;
  return Space{.available = unit * status.f_bavail, .total = unit * status.f_blocks};
}

std::optional<std::string> refused_file_system(std::uint64_t magic) {
  const auto found = std::ranges::find(refused, magic, &Named::magic);
  if (found == refused.end()) return std::nullopt;
  return std::string(found->name);
}

Result<> check_file_system(const std::filesystem::path& path) {
  MOX_TRY_ASSIGN(magic, magic_of(path));
  const auto name = refused_file_system(magic);
  if (!name) return ok();
  return failure(
      ErrorKind::unsupported,
      fmt::format("{} is on {}, where a sync or a lock does not promise what mail needs; "
                  "put it on a local file system such as ext4 or xfs",
                  path.native(), *name));
}

Result<bool> overwrites_in_place(const std::filesystem::path& path) {
  MOX_TRY_ASSIGN(magic, magic_of(path));
  return std::ranges::find(copying, magic) == copying.end();
}

} // namespace mox::file
