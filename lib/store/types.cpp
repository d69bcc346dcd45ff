#include "store/types.h"

#include <algorithm>

namespace mox::store {

bool KeywordSet::contains(std::uint16_t number) const {
  if (number < 64) return (bits >> number & 1U) != 0;
  return std::ranges::binary_search(more, number);
}

void KeywordSet::insert(std::uint16_t number) {
  if (number < 64) {
    bits |= std::uint64_t{1} << number;
    return;
  }
  const auto at = std::ranges::lower_bound(more, number);
  if (at == more.end() || *at != number) more.insert(at, number);
}

void KeywordSet::erase(std::uint16_t number) {
  if (number < 64) {
    bits &= ~(std::uint64_t{1} << number);
    return;
  }
  const auto at = std::ranges::lower_bound(more, number);
  if (at != more.end() && *at == number) more.erase(at);
}

} // namespace mox::store
