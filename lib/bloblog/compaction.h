// Takes the live records out of a sealed segment, so that it can be removed.
#pragma once

#include "bloblog/location.h"
#include "bloblog/reader.h"
#include "bloblog/record.h"
#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mox::bloblog {

// Verified copies of live records, to be appended to the active segment.
class Slice {
public:
  struct Entry {
    Location from;
    Kind kind = Kind::blob;
    std::uint64_t id = 0;
    std::size_t begin = 0; // of the payload in the slice's bytes
  };

  struct Moved {
    Kind kind = Kind::blob;
    std::uint64_t id = 0;
    Location from;
    Location to;
  };

  bool empty() const { return entries_.empty(); }

  std::size_t bytes() const { return bytes_.size(); }

  const std::vector<Entry>& entries() const { return entries_; }

  // Appends those records for which `still_live` is true, and returns where each went; on the
  // writer's thread, in the transaction that updates the table. A blob may have died since the
  // slice was gathered.
  Result<std::vector<Moved>> append_to(Writer& writer,
                                       const std::function<bool(const Entry&)>& still_live) const;

private:
  friend class Compaction;
  std::string bytes_;
  std::vector<Entry> entries_;
};

// Walks one sealed segment from its start, off the writer's path. Start again after a crash:
// records that were moved are no longer live at their old place, so `is_live` leaves them out.
class Compaction {
public:
  // `is_live` is asked on the thread that calls next(), for every record: for a blob or a large
  // body's note whether the table still maps `header.id` to this place, for the others whether they
  // are needed for rebuilding.
  using IsLive = std::function<bool(const Record&)>;
  Compaction(Segments& segments, std::uint32_t segment, IsLive is_live);

  // The next live records, up to about `bytes` of payload and at least one; an empty slice at the
  // end: then every live record has been handed out, and once all are appended and committed the
  // segment can be removed. ErrorKind::corrupt stops: a damaged segment is kept.
  Result<Slice> next(std::size_t bytes = 1U << 20U);

private:
  Segments* segments_;
  std::uint32_t segment_;
  IsLive is_live_;
  std::uint32_t offset_ = segment_header_size;
};

} // namespace mox::bloblog
