// links: imap
// A sequence set prints to what parses to the same, and resolving it changes nothing that it holds.
#include "imap/sequence_set.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_resolved(const mox::imap::SequenceSet& set, std::uint32_t max) {
  const auto ranges = set.resolve(max);
  std::uint32_t last = 0;
  for (const auto range : ranges) {
    require(range.first != 0 && range.first <= range.last);
    require(last == 0 || range.first > last + 1);
    last = range.last;
    require(set.contains(range.first, max) && set.contains(range.last, max));
    require(contains(ranges, range.first) && contains(ranges, range.last));
    for (const auto outside : {range.first - 1, range.last + 1})
      if (outside != 0) require(set.contains(outside, max) == contains(ranges, outside));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 500) return 0;
  const std::string text(data, data + size);
  const auto set = mox::imap::parse_sequence_set(text);
  if (!set) {
    require(set.error().position <= text.size());
    return 0;
  }
  std::string printed;
  append_sequence_set(printed, *set);
  require(mox::imap::parse_sequence_set(printed) == *set);
  for (const std::uint32_t max : {0U, 1U, 7U, 4294967295U}) check_resolved(*set, max);
  return 0;
}
