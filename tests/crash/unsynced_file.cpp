#include "crash/unsynced_file.h"

#include <algorithm>
#include <unordered_map>

namespace mox::test {

void UnsyncedFile::write(std::uint64_t serial, std::uint64_t offset, std::string_view bytes,
                         bool durable) {
  current_.write(offset, bytes);
  changes_.push_back({.serial = serial,
                      .is_truncate = false,
                      .durable = durable,
                      .offset = offset,
                      .bytes = std::string(bytes)});
  last_change_ = serial;
}

void UnsyncedFile::truncate(std::uint64_t serial, std::uint64_t size) {
  current_.resize(size);
  changes_.push_back(
      {.serial = serial, .is_truncate = true, .durable = false, .offset = size, .bytes = {}});
  last_change_ = serial;
}

void UnsyncedFile::sync_before(std::uint64_t serial) {
  const auto rest = std::ranges::find_if_not(
      changes_, [&](const Change& change) { return change.serial < serial; });
  for (auto change = changes_.begin(); change != rest; ++change) {
    if (change->is_truncate)
      durable_.resize(change->offset);
    else
      durable_.write(change->offset, change->bytes);
  }
  changes_.erase(changes_.begin(), rest);
}

// Which changes each sector has seen: those with an index below `seen`.
class UnsyncedFile::Choice {
public:
  void see(const Change& change, std::size_t index) {
    if (change.is_truncate) {
      truncations_[index] = true;
      return;
    }
    see(change.offset / sector, (change.end() + sector - 1) / sector, index);
  }

  void see(std::uint64_t first_sector, std::uint64_t end_sector, std::size_t index) {
    for (auto number = first_sector; number < end_sector; ++number) {
      auto& seen = sectors_[number];
      seen = std::max(seen, index + 1);
    }
  }

  bool has_seen(std::uint64_t number, std::size_t index) const {
    const auto found = sectors_.find(number);
    return found != sectors_.end() && index < found->second;
  }

  bool truncates(std::size_t index) const { return truncations_.contains(index); }

private:
  std::unordered_map<std::uint64_t, std::size_t> sectors_;
  std::unordered_map<std::size_t, bool> truncations_;
};

UnsyncedFile::Choice UnsyncedFile::choose(Loss loss, std::mt19937_64& random) const {
  Choice choice;
  const auto kept = loss == Loss::torn ? random() % (changes_.size() + 1) : 0;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto& change = changes_[i];
    const bool whole = change.durable || loss == Loss::none ||
                       (loss == Loss::some_writes && random() % 2 == 0) ||
                       (loss == Loss::torn && i < kept) ||
                       (loss == Loss::sectors && change.is_truncate && random() % 2 == 0);
    if (whole) {
      choice.see(change, i);
      continue;
    }
    if (change.is_truncate) continue;
    const auto first = change.offset / sector;
    const auto end = (change.end() + sector - 1) / sector;
    if (loss == Loss::torn && i == kept) choice.see(first, first + random() % (end - first + 1), i);
    if (loss != Loss::sectors) continue;
    for (auto number = first; number < end; ++number) {
      if (random() % 2 == 0) choice.see(number, number + 1, i);
    }
  }
  return choice;
}

Content UnsyncedFile::after_power_cut(Loss loss, std::mt19937_64& random) const {
  const auto choice = choose(loss, random);
  // The size on disk may run ahead of the bytes.
  const bool sizes_first = loss != Loss::all && random() % 4 == 0;
  auto content = durable_;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto& change = changes_[i];
    if (change.is_truncate) {
      if (choice.truncates(i)) content.resize(change.offset);
      continue;
    }
    if (sizes_first && change.end() > content.size()) content.resize(change.end());
    for (auto at = change.offset; at < change.end();) {
      const auto next = std::min((at / sector + 1) * sector, change.end());
      const auto part = std::string_view(change.bytes).substr(at - change.offset, next - at);
      if (choice.has_seen(at / sector, i)) content.write(at, part);
      at = next;
    }
  }
  return content;
}

} // namespace mox::test
