#include "store/free_space.h"

#include "file/file_system.h"

#include <algorithm>
#include <chrono>

namespace mox::store {

bool FreeSpace::low() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto next = next_look_.load(std::memory_order_relaxed);
  const auto count = std::chrono::nanoseconds(now).count();
  const auto later = std::chrono::nanoseconds(now + std::chrono::seconds(1)).count();
  if (count < next || !next_look_.compare_exchange_strong(next, later)) return low_.load();
  if (const auto space = file::space(folder_)) {
    const auto limit = std::min(minimum_, space->total / 100);
    low_.store(space->available < limit);
  }
  return low_.load();
}

} // namespace mox::store
