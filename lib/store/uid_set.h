// A sorted set of UIDs as runs, and its numbering: the n-th smallest is message number n. Pure.
//
// Runs stand in chunks that copies share, so that ten thousand sessions on one mailbox hold it
// once, and a copy that changes costs one chunk. All operations are at most O(log runs + one chunk)
// except where said.
#pragma once

#include "store/types.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mox::store {

struct UidRange {
  Uid first = 0;
  Uid last = 0;
  bool operator==(const UidRange&) const = default;
};

class UidSet {
public:
  UidSet() = default;

  // Number of UIDs.
  std::uint32_t size() const;

  bool empty() const { return size() == 0; }

  bool contains(Uid uid) const;
  // The n-th UID, n from 1 to size().
  Uid at(std::uint32_t number) const;
  // The number of `uid`; nothing when it is not in the set.
  std::optional<std::uint32_t> number_of(Uid uid) const;
  // How many UIDs are below `uid`.
  std::uint32_t count_below(Uid uid) const;
  Uid max() const; // 0 when empty

  // Adds UIDs above max().
  void append(Uid first, Uid last);
  // Removes one; false when it was not there.
  bool erase(Uid uid);
  // Removes all of `range`; returns how many.
  std::uint32_t erase(UidRange range);

  // All runs in order; O(runs).
  std::vector<UidRange> runs() const;
  template <class Visit> void for_each_run(Visit visit) const;

  bool operator==(const UidSet& other) const;

private:
  struct Chunk {
    std::vector<UidRange> runs; // never empty; neighbours do not touch
    std::uint32_t size = 0;     // UIDs
  };

  struct Entry { // one chunk and the count of UIDs before it
    std::shared_ptr<Chunk> chunk;
    std::uint32_t before = 0;

    Uid first() const { return chunk->runs.front().first; }

    Uid last() const { return chunk->runs.back().last; }
  };

  // Index of the last chunk that begins at or below `uid`, or of the first.
  std::size_t chunk_of(Uid uid) const;
  // The chunk for changing; copied when another set shares it.
  Chunk& own(std::size_t index);
  std::uint32_t erase_in_chunk(std::size_t index, UidRange range);
  void tidy(std::size_t first, std::size_t last);
  void recount(std::size_t from);

  std::vector<Entry> chunks_;
  std::uint32_t size_ = 0;
};

template <class Visit> void UidSet::for_each_run(Visit visit) const {
  for (const auto& entry : chunks_) {
    for (const auto& run : entry.chunk->runs) visit(run);
  }
}

} // namespace mox::store
