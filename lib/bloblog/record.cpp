#include "bloblog/record.h"

#include "bloblog/crc32c.h"

#include <fmt/format.h>

#include <concepts>
#include <span>

namespace mox::bloblog {

namespace {

constexpr std::uint32_t record_magic = 0x3152584D; // "MXR1"
constexpr std::string_view segment_magic = "MOXSEG\r\n";
constexpr std::uint32_t segment_version = 1;

// Integers are little-endian.
template <std::unsigned_integral Integer>
void put(std::span<char> bytes, std::size_t offset, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    bytes[offset + i] = static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
  }
}

template <std::unsigned_integral Integer> Integer get(std::string_view bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
  }
  return static_cast<Integer>(value);
}

std::string_view view(std::span<const char> bytes) {
  return {bytes.data(), bytes.size()};
}

// The checksum of a record header: its first 28 bytes and the place it stands at.
std::uint32_t header_checksum(std::string_view bytes, Position at) {
  std::array<char, 8> place{};
  put(place, 0, at.segment);
  put(place, 4, at.offset);
  return crc32c(view(place), crc32c(bytes.substr(0, 28)));
}

std::unexpected<Error> damaged(Position at, std::string_view reason) {
  return failure(ErrorKind::corrupt, fmt::format("blob log, {}, offset {}: {}", name_of(at.segment),
                                                 at.offset, reason));
}

bool is_kind(std::uint8_t value) {
  return value >= static_cast<std::uint8_t>(Kind::blob) &&
         value <= static_cast<std::uint8_t>(Kind::refusal);
}

} // namespace

std::string name_of(std::uint32_t segment) {
  return (segment & Location::large_flag) != 0 ? "large body" : fmt::format("segment {}", segment);
}

std::uint32_t size_in_segment(std::uint32_t payload_length) {
  const std::uint32_t size = record_header_size + payload_length;
  return (size + record_alignment - 1) / record_alignment * record_alignment;
}

std::uint32_t size_in_segment(const Location& location) {
  return location.is_large() ? 0 : size_in_segment(location.length);
}

RecordHeaderBytes encode_record_header(const RecordHeader& header, Position at) {
  RecordHeaderBytes bytes{};
  put(bytes, 0, record_magic);
  put(bytes, 4, static_cast<std::uint8_t>(header.kind));
  put(bytes, 8, header.id);
  put(bytes, 16, header.length);
  put(bytes, 20, header.checksum);
  put(bytes, 28, header_checksum(view(bytes), at));
  return bytes;
}

bool begins_like_record(std::string_view bytes) {
  return bytes.size() >= 4 && get<std::uint32_t>(bytes, 0) == record_magic;
}

Result<RecordHeader> decode_record_header(std::string_view bytes, Position at) {
  if (bytes.size() < record_header_size) return damaged(at, "no room for a record");
  if (!begins_like_record(bytes)) return damaged(at, "no record begins here");
  if (get<std::uint32_t>(bytes, 28) != header_checksum(bytes, at)) {
    return damaged(at, "the record's header does not match its checksum");
  }
  const auto kind = get<std::uint8_t>(bytes, 4);
  if (!is_kind(kind)) return damaged(at, fmt::format("record of unknown kind {}", kind));
  return RecordHeader{.kind = static_cast<Kind>(kind),
                      .id = get<std::uint64_t>(bytes, 8),
                      .length = get<std::uint32_t>(bytes, 16),
                      .checksum = get<std::uint32_t>(bytes, 20)};
}

SegmentHeaderBytes encode_segment_header(std::uint32_t segment) {
  SegmentHeaderBytes bytes{};
  segment_magic.copy(bytes.data(), segment_magic.size());
  put(bytes, 8, segment_version);
  put(bytes, 12, segment);
  put(bytes, 28, crc32c(view(bytes).substr(0, 28)));
  return bytes;
}

Result<> check_segment_header(std::string_view bytes, std::uint32_t segment) {
  const Position start{.segment = segment, .offset = 0};
  if (bytes.size() < segment_header_size || !bytes.starts_with(segment_magic) ||
      get<std::uint32_t>(bytes, 28) != crc32c(bytes.substr(0, 28))) {
    return damaged(start, "the segment's header is damaged");
  }
  if (const auto version = get<std::uint32_t>(bytes, 8); version != segment_version) {
    return failure(ErrorKind::unsupported,
                   fmt::format("blob log, segment {}: format version {} is newer than this program",
                               segment, version));
  }
  if (const auto found = get<std::uint32_t>(bytes, 12); found != segment) {
    return damaged(start, fmt::format("the file is segment {}", found));
  }
  return ok();
}

std::array<char, 12> encode_large(const Location& location) {
  std::array<char, 12> bytes{};
  put(bytes, 0, location.file_number());
  put(bytes, 8, location.length);
  return bytes;
}

Result<Location> decode_large(std::string_view payload) {
  if (payload.size() != 12) {
    return failure(ErrorKind::corrupt, "blob log: the note of a large body has a wrong length");
  }
  return Location::large(get<std::uint64_t>(payload, 0), get<std::uint32_t>(payload, 8));
}

} // namespace mox::bloblog
