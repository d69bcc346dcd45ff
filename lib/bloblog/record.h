// The record of the blob log, as FORMAT.md describes it. Pure.
#pragma once

#include "bloblog/location.h"
#include "result/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::bloblog {

enum class Kind : std::uint8_t {
  blob = 1,    // the bytes of a message's body; `id` is the blob's
  large = 2,   // says that blob `id` is a file of its own: payload as of encode_large
  placing = 3, // where a message was put; payload is the caller's
  removal = 4, // that it was finally removed; payload is the caller's
  redo = 5,    // what the batch before it changed in the database; id and payload are the caller's
  refusal = 6, // that the database refused the batch before it; id and payload are the caller's
};

constexpr std::uint32_t record_header_size = 32;
constexpr std::uint32_t record_alignment = 8;
constexpr std::uint32_t segment_header_size = 32;

struct RecordHeader {
  Kind kind = Kind::blob;
  std::uint64_t id = 0;       // of the blob; for the other kinds whatever the caller gave
  std::uint32_t length = 0;   // of the payload
  std::uint32_t checksum = 0; // CRC-32C of the payload

  bool operator==(const RecordHeader&) const = default;
};

// Bytes that a record takes in its segment: header, payload, padding. This is what a segment's live
// and dead bytes are counted in. 0 for a large body, which takes none.
std::uint32_t size_in_segment(const Location& location);
std::uint32_t size_in_segment(std::uint32_t payload_length);

// For the text of errors: "segment 7", or "large body".
std::string name_of(std::uint32_t segment);

using RecordHeaderBytes = std::array<char, record_header_size>;
using SegmentHeaderBytes = std::array<char, segment_header_size>;

// The header's own checksum covers (segment, offset) too, so that a record is valid only where it
// was written for.
RecordHeaderBytes encode_record_header(const RecordHeader& header, Position at);
// Whether bytes begin with a record's magic number, before the dearer check.
bool begins_like_record(std::string_view bytes);
// ErrorKind::corrupt, naming segment and offset. `bytes` are record_header_size bytes.
Result<RecordHeader> decode_record_header(std::string_view bytes, Position at);

SegmentHeaderBytes encode_segment_header(std::uint32_t segment);
// ErrorKind::corrupt for anything but the header of this segment; ErrorKind::unsupported for a
// newer version of the format.
Result<> check_segment_header(std::string_view bytes, std::uint32_t segment);

// The payload of Kind::large.
std::array<char, 12> encode_large(const Location& location);
Result<Location> decode_large(std::string_view payload);

} // namespace mox::bloblog
