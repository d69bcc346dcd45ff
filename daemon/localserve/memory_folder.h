// A folder for an instance that leaves nothing behind: in memory where the system has such a place.
#pragma once

#include "result/result.h"

#include <filesystem>
#include <span>
#include <utility>

namespace mox::localserve {

class MemoryFolder {
public:
  static Result<MemoryFolder> make();
  // In the first of `places` that takes it; the error is the last one's. At least one.
  static Result<MemoryFolder> make_in(std::span<const std::filesystem::path> places);

  MemoryFolder(MemoryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

  MemoryFolder& operator=(MemoryFolder&&) = delete;
  // Removes it with all that is in it.
  ~MemoryFolder();

  const std::filesystem::path& path() const { return path_; }

private:
  explicit MemoryFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

} // namespace mox::localserve
