// What the list of metrics says about one. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mox::metrics {

enum class Type : std::uint8_t { counter, gauge, histogram };

using Words = std::vector<std::string_view>;

struct Description {
  Type type;
  std::string_view name;
  std::string_view help;
  Words labels;
  // The values that each label can have, for all combinations of which a series exists from the
  // start, so that increase() sees the first event. Empty when they are not known beforehand.
  std::vector<Words> values;
  std::vector<double> buckets; // upper bounds, of a histogram
};

// All metrics, in the order of the list.
std::vector<Description> descriptions();

} // namespace mox::metrics
