// An open file or folder, closed when its owner goes away.
#pragma once

#include <filesystem>
#include <utility>

namespace mox::file {

// Knows its path, for the text of errors only: a renamed or unnamed file keeps the one it had.
class Descriptor {
public:
  Descriptor() = default;

  Descriptor(int number, std::filesystem::path path) : number_(number), path_(std::move(path)) {}

  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)), path_(std::move(other.path_)) {}

  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  // -1 when nothing is open.
  int number() const { return number_; }

  const std::filesystem::path& path() const { return path_; }

  explicit operator bool() const { return number_ >= 0; }

  // Errors of close(2) are not reported: what must be on disk was synced before.
  void close();

  // The number, which the caller now owns.
  int release() { return std::exchange(number_, -1); }

private:
  int number_ = -1;
  std::filesystem::path path_;
};

} // namespace mox::file
