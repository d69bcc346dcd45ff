#include "crash/recorder/paths.h"

#include <climits>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace mox::test {

namespace {

std::string link_target(const std::string& link) {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlink(link.c_str(), target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

} // namespace

std::string normalised(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..")
      parts.push_back(part);
    else if (!parts.empty())
      parts.pop_back();
  }
  std::string result;
  for (const auto part : parts) result.append("/").append(part);
  return result;
}

std::string path_of(int file) {
  auto path = link_target("/proc/self/fd/" + std::to_string(file));
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

std::string absolute(int folder, const char* path) {
  if (path[0] == '/') return normalised(path);
  const auto base = folder == AT_FDCWD ? link_target("/proc/self/cwd") : path_of(folder);
  return normalised(base + "/" + path);
}

} // namespace mox::test
