#include "database/database.h"

#include <algorithm>
#include <cstring>

namespace mox::database {

// A run of changes under one prefix fills pages one after the other and counts by bytes; each jump
// to another place counts a page of its own.
void WriteTransaction::note_change(std::string_view key, std::size_t value_size) {
  constexpr std::size_t entry_overhead = 10;
  changed_bytes_ += key.size() + value_size + entry_overhead;
  const auto size = std::min(key.size(), sizeof(last_place_));
  if (std::memcmp(last_place_, key.data(), size) == 0) return;
  std::memcpy(last_place_, key.data(), size);
  ++changed_places_;
}

} // namespace mox::database
