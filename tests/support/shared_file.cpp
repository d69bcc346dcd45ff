#include "support/shared_file.h"

#include "support/catch.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace mox::test {

namespace {

void missing(const std::string& name) {
  const char* const ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing vectors: " << name);
  WARN("skipped, missing vectors: " << name);
}

std::string joined(std::string_view folder, std::string_view path) {
  return std::string(folder) + '/' + std::string(path);
}

} // namespace

std::optional<std::string> read_shared(std::string_view folder, std::string_view path) {
  const auto name = joined(folder, path);
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    missing(name);
    return std::nullopt;
  }
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> list_shared(std::string_view folder, std::string_view path,
                                     std::string_view ending) {
  const auto name = joined(folder, path);
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(name, error))
    if (entry.path().string().ends_with(ending)) names.push_back(entry.path().filename().string());
  if (error) missing(name);
  std::ranges::sort(names);
  return names;
}

} // namespace mox::test
