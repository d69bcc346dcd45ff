#include "file/owner_lock.h"

#include "file/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/file.h>
#include <unistd.h>

namespace mox::file {

namespace {

// The digits that the owner wrote; empty when there are none, as between its lock and its write.
std::string owner_of(const Descriptor& file) {
  std::array<char, 20> bytes{};
  const auto count = read_at(file, 0, bytes);
  if (!count) return {};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto read = std::span(bytes).first(*count);
  const auto end = std::ranges::find_if_not(read, is_digit);
  return std::string(read.begin(), end);
}

} // namespace

Result<OwnerLock> OwnerLock::take(const std::filesystem::path& lock_file) {
  MOX_TRY_ASSIGN(file, open(lock_file, Access::create_or_open));
  while (::flock(file.number(), LOCK_EX | LOCK_NB) < 0) {
    const int reason = errno;
    if (reason == EINTR) continue;
    if (reason != EWOULDBLOCK) {
      return std::unexpected(system_error(fmt::format("lock {}", lock_file.native()), reason));
    }
    const auto owner = owner_of(file);
    const auto by = owner.empty() ? std::string("another process") : "process " + owner;
    return failure(ErrorKind::temporary,
                   fmt::format("{} is in use by {}", lock_file.parent_path().native(), by));
  }
  MOX_TRY(truncate(file, 0));
  MOX_TRY(write_at(file, 0, fmt::format("{}\n", ::getpid())));
  return OwnerLock(std::move(file));
}

} // namespace mox::file
