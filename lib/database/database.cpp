#include "database/database.h"

#include "database/journal.h"

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

void WriteTransaction::note_put(std::string_view key, std::string_view value) {
  note_change(key, value.size());
  if (journal_ != nullptr) journal_->put(key, value);
}

void WriteTransaction::note_reserve(std::string_view key, std::size_t size) {
  note_change(key, size);
  if (journal_ != nullptr) journal_->put_reserved(key, size);
}

void WriteTransaction::note_reserved(std::span<const char> value) {
  if (journal_ != nullptr) journal_->set_reserved(value);
}

void WriteTransaction::note_erase(std::string_view key) {
  note_change(key, 0);
  if (journal_ != nullptr) journal_->erase(key);
}

void WriteTransaction::note_nested(const WriteTransaction& child) {
  changed_bytes_ += child.changed_bytes_;
  changed_places_ += child.changed_places_;
  if (journal_ != nullptr) journal_->give_up();
}

} // namespace mox::database
