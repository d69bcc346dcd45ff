// Whether the disk is nearly full, asked about once a second.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace mox::store {

// Safe from any thread.
class FreeSpace {
public:
  // Low: less than `minimum` bytes and less than 1 % of the file system are available.
  FreeSpace(std::filesystem::path folder, std::uint64_t minimum)
      : folder_(std::move(folder)), minimum_(minimum) {}

  bool low() const;

private:
  std::filesystem::path folder_;
  std::uint64_t minimum_;
  mutable std::atomic<std::int64_t> next_look_ = 0; // steady nanoseconds
  mutable std::atomic<bool> low_ = false;
};

} // namespace mox::store
