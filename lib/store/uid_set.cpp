#include "store/uid_set.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mox::store {

namespace {

constexpr std::size_t max_runs = 510; // 4 KB with the allocator's words
constexpr std::size_t few_runs = 128; // chunks below it join a neighbour

std::uint32_t count(const UidRange& run) {
  return run.last - run.first + 1;
}

} // namespace

std::uint32_t UidSet::size() const {
  return size_;
}

std::size_t UidSet::chunk_of(Uid uid) const {
  const auto above = std::ranges::upper_bound(chunks_, uid, {}, &Entry::first);
  if (above == chunks_.begin()) return 0;
  return static_cast<std::size_t>(above - chunks_.begin()) - 1;
}

std::uint32_t UidSet::count_below(Uid uid) const {
  if (chunks_.empty()) return 0;
  const auto& entry = chunks_[chunk_of(uid)];
  std::uint32_t sum = entry.before;
  for (const auto& run : entry.chunk->runs) {
    if (run.first >= uid) break;
    sum += run.last < uid ? count(run) : uid - run.first;
  }
  return sum;
}

bool UidSet::contains(Uid uid) const {
  if (chunks_.empty()) return false;
  const auto& runs = chunks_[chunk_of(uid)].chunk->runs;
  const auto above = std::ranges::upper_bound(runs, uid, {}, &UidRange::first);
  return above != runs.begin() && std::prev(above)->last >= uid;
}

std::optional<std::uint32_t> UidSet::number_of(Uid uid) const {
  if (!contains(uid)) return std::nullopt;
  return count_below(uid) + 1;
}

Uid UidSet::at(std::uint32_t number) const {
  if (number == 0 || number > size_) throw std::out_of_range("UidSet::at");
  auto left = number - 1;
  const auto above = std::ranges::upper_bound(chunks_, left, {}, &Entry::before);
  const auto& entry = *std::prev(above);
  left -= entry.before;
  for (const auto& run : entry.chunk->runs) {
    if (left < count(run)) return run.first + left;
    left -= count(run);
  }
  throw std::logic_error("UidSet: counts are wrong");
}

Uid UidSet::max() const {
  return chunks_.empty() ? 0 : chunks_.back().last();
}

UidSet::Chunk& UidSet::own(std::size_t index) {
  auto& chunk = chunks_[index].chunk;
  if (chunk.use_count() != 1) chunk = std::make_shared<Chunk>(*chunk);
  return *chunk;
}

void UidSet::append(Uid first, Uid last) {
  if (first <= max() || last < first) throw std::logic_error("UidSet::append out of order");
  const auto added = last - first + 1;
  if (chunks_.empty() || (chunks_.back().chunk->runs.size() >= max_runs && max() + 1 != first)) {
    chunks_.push_back({std::make_shared<Chunk>(), size_});
  }
  auto& chunk = own(chunks_.size() - 1);
  if (!chunk.runs.empty() && chunk.runs.back().last + 1 == first) {
    chunk.runs.back().last = last;
  } else {
    chunk.runs.push_back({first, last});
  }
  chunk.size += added;
  size_ += added;
}

bool UidSet::erase(Uid uid) {
  return erase(UidRange{uid, uid}) == 1;
}

std::uint32_t UidSet::erase(UidRange range) {
  if (chunks_.empty() || range.last < range.first) return 0;
  const auto from = chunk_of(range.first);
  auto end = from;
  std::uint32_t removed = 0;
  for (; end < chunks_.size() && chunks_[end].first() <= range.last; ++end) {
    if (chunks_[end].last() >= range.first) removed += erase_in_chunk(end, range);
  }
  if (removed == 0) return 0;
  size_ -= removed;
  tidy(from, end);
  recount(from == 0 ? 0 : from - 1);
  return removed;
}

std::uint32_t UidSet::erase_in_chunk(std::size_t index, UidRange range) {
  const auto& before = chunks_[index].chunk->runs;
  // Nothing is copied when the range falls into a hole.
  const auto touched = std::ranges::lower_bound(before, range.first, {}, &UidRange::last);
  if (touched == before.end() || touched->first > range.last) return 0;
  const auto position = touched - before.begin();
  auto& chunk = own(index);
  auto& runs = chunk.runs;
  const auto begin = runs.begin() + position;
  auto end = begin;
  while (end != runs.end() && end->first <= range.last) ++end;
  std::uint32_t removed = 0;
  std::vector<UidRange> rest;
  for (auto run = begin; run != end; ++run) {
    const UidRange cut{std::max(run->first, range.first), std::min(run->last, range.last)};
    removed += count(cut);
    if (run->first < cut.first) rest.push_back({run->first, cut.first - 1});
    if (run->last > cut.last) rest.push_back({cut.last + 1, run->last});
  }
  const auto place = runs.erase(begin, end);
  runs.insert(place, rest.begin(), rest.end());
  chunk.size -= removed;
  return removed;
}

// Drops empty chunks of [first, last), splits what grew too large, joins what became small.
void UidSet::tidy(std::size_t first, std::size_t last) {
  const auto at = [&](std::size_t index) {
    return chunks_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  for (auto index = last; index-- > first;) {
    const auto& runs = chunks_[index].chunk->runs;
    if (runs.empty()) {
      chunks_.erase(at(index));
    } else if (runs.size() > max_runs) {
      auto& lower = own(index);
      auto upper = std::make_shared<Chunk>();
      const auto middle = lower.runs.begin() + static_cast<std::ptrdiff_t>(lower.runs.size() / 2);
      upper->runs.assign(middle, lower.runs.end());
      for (const auto& run : upper->runs) upper->size += count(run);
      lower.runs.erase(middle, lower.runs.end());
      lower.size -= upper->size;
      chunks_.insert(at(index + 1), {std::move(upper), 0});
    } else if (runs.size() < few_runs && index > 0 &&
               chunks_[index - 1].chunk->runs.size() + runs.size() < max_runs / 2) {
      const auto tail = chunks_[index].chunk;
      auto& lower = own(index - 1);
      lower.runs.insert(lower.runs.end(), tail->runs.begin(), tail->runs.end());
      lower.size += tail->size;
      chunks_.erase(at(index));
    }
  }
}

void UidSet::recount(std::size_t from) {
  for (auto index = from; index < chunks_.size(); ++index) {
    chunks_[index].before =
        index == 0 ? 0 : chunks_[index - 1].before + chunks_[index - 1].chunk->size;
  }
}

std::vector<UidRange> UidSet::runs() const {
  std::vector<UidRange> all;
  for_each_run([&](const UidRange& run) { all.push_back(run); });
  return all;
}

bool UidSet::operator==(const UidSet& other) const {
  return size_ == other.size_ && runs() == other.runs();
}

} // namespace mox::store
