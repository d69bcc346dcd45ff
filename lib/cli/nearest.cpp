#include "cli/nearest.h"

#include "text/distance.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::cli {

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  // A third of the letters may be wrong, missing, too many or swapped.
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates) {
    const auto distance = text::edit_distance(word, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string did_you_mean(std::string_view candidate) {
  return candidate.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", candidate);
}

} // namespace mox::cli
