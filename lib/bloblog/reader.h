// The reading end of the blob log.
#pragma once

#include "bloblog/location.h"
#include "bloblog/record.h"
#include "bloblog/segments.h"
#include "result/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mox::bloblog {

// A record as a scan or a verification sees it. `payload` is valid during the call only.
struct Record {
  Location location;
  RecordHeader header;
  std::string_view payload;
};

// Where a payload's bytes stand, for sendfile. `file` keeps the descriptor open.
struct FileRange {
  std::shared_ptr<const file::Descriptor> file;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};

// Thread-safe, and cheap to make. Every error of damaged bytes is ErrorKind::corrupt and names
// segment and offset.
class Reader {
public:
  explicit Reader(Segments& segments) : segments_(&segments) {}

  // Fills `into` from `offset` within the payload, unverified. ErrorKind::invalid beyond its end.
  Result<> read(const Location& location, std::uint32_t offset, std::span<char> into) const;
  // The whole payload, its header and checksum verified.
  Result<std::string> read_verified(const Location& location) const;
  // Checks header and checksum in constant memory, whatever the size; returns the header.
  Result<RecordHeader> verify(const Location& location) const;
  Result<FileRange> range(const Location& location) const;

  // Calls `visit` for each record of a segment in order of offsets, payload verified, up to `end`
  // (of the active segment: the tail; else nothing, and it ends with the file). `visit` returns
  // whether to go on. Fails at the first damaged record, with `next_after_damage` the way to go on.
  using Visit = std::function<bool(const Record&)>;
  Result<> scan(std::uint32_t segment, std::optional<std::uint32_t> end, const Visit& visit,
                std::uint32_t begin = segment_header_size) const;
  // The offset of the next valid record header behind a damaged place; nothing when there is none.
  Result<std::optional<std::uint32_t>> next_after_damage(std::uint32_t segment,
                                                         std::uint32_t damaged) const;

private:
  Segments* segments_;
};

} // namespace mox::bloblog
