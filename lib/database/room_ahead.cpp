#include "database/room_ahead.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <sys/uio.h>

namespace mox::database {

namespace {

// Small files stay small, and the zeros of a large one are written in a millisecond or two.
constexpr std::uint64_t smallest_step = 64U << 10U;
constexpr std::uint64_t largest_step = 1U << 20U;
constexpr std::size_t zeros_size = 16U << 10U;

// Returns the end of what was written.
std::uint64_t write_zeros(int file, std::uint64_t at, std::uint64_t end) {
  static constexpr std::array<char, zeros_size> zeros{};
  while (at < end) {
    std::array<iovec, largest_step / zeros_size> pieces;
    std::size_t count = 0;
    for (auto left = end - at; left > 0 && count < pieces.size(); ++count) {
      const auto size = std::min<std::uint64_t>(left, zeros_size);
      pieces[count] = {.iov_base = const_cast<char*>(zeros.data()), .iov_len = size};
      left -= size;
    }
    const auto written =
        pwritev(file, pieces.data(), static_cast<int>(count), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    at += static_cast<std::uint64_t>(written);
  }
  return at;
}

} // namespace

RoomAhead::RoomAhead(int file, std::uint64_t page_size, std::uint64_t limit)
    : file_(file), page_size_(page_size), limit_(limit) {
  struct stat status{};
  if (fstat(file, &status) == 0) end_ = static_cast<std::uint64_t>(status.st_size);
}

void RoomAhead::make(std::uint64_t used_pages, std::uint64_t coming_pages) {
  const auto used = used_pages * page_size_;
  const auto needed = used + coming_pages * page_size_;
  end_ = std::max(end_, used);
  if (needed <= end_) return;
  const auto step = std::clamp(used / 8, smallest_step, largest_step);
  end_ = write_zeros(file_, end_, std::min(needed + step, limit_));
}

} // namespace mox::database
