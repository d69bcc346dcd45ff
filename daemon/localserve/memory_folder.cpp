#include "localserve/memory_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

namespace mox::localserve {

namespace {

constexpr const char* shared_memory = "/dev/shm";

} // namespace

Result<MemoryFolder> MemoryFolder::make() {
  std::vector<std::filesystem::path> places = {shared_memory};
  std::error_code none;
  if (auto temporary = std::filesystem::temp_directory_path(none); !none)
    places.push_back(std::move(temporary));
  return make_in(places);
}

Result<MemoryFolder> MemoryFolder::make_in(std::span<const std::filesystem::path> places) {
  Error last;
  for (const auto& place : places) {
    auto name = (place / "mox-localserve-XXXXXX").native();
    if (mkdtemp(name.data()) != nullptr) return MemoryFolder(name);
    last = system_error(fmt::format("make a folder in {}", place.native()), errno);
  }
  return failure(std::move(last));
}

MemoryFolder::~MemoryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace mox::localserve
