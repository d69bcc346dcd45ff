#include "localserve/memory_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <unistd.h>

namespace mox::localserve {

Result<MemoryFolder> MemoryFolder::make() {
  std::error_code none;
  const std::filesystem::path shared_memory = "/dev/shm";
  const bool has_shared_memory = access(shared_memory.c_str(), W_OK) == 0;
  const auto above = has_shared_memory ? shared_memory : std::filesystem::temp_directory_path(none);
  std::string name = (above / "mox-localserve-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    return std::unexpected(system_error(fmt::format("make folder {}", name), errno));
  return MemoryFolder(name);
}

MemoryFolder::~MemoryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace mox::localserve
