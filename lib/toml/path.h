// Names of what stands in a document. Pure.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace mox::toml {

// The keys that lead from the root to a value.
using Path = std::vector<std::string>;
using PathView = std::span<const std::string>;

// Also when both are the same.
inline bool starts_with(PathView path, PathView beginning) {
  return path.size() >= beginning.size() &&
         std::ranges::equal(path.first(beginning.size()), beginning);
}

// All but the last key.
inline PathView parent(PathView path) {
  return path.first(path.size() - 1);
}

} // namespace mox::toml
