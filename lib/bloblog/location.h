// Where a record stands in the blob log. Pure.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace mox::bloblog {

// Bodies above this size are files of their own.
constexpr std::uint32_t largest_small_body = 256U << 10U;
// A record must fit into a segment together with its header; larger ones are refused.
constexpr std::uint32_t largest_record = 16U << 20U;
constexpr std::uint32_t largest_segment = 1U << 30U;

// Segments are numbered from 1. The upper half of the numbers stands for bodies that are files of
// their own: there, segment (less the flag) and offset are the upper 31 and the lower 32 bits of
// the number that names the file.
struct Location {
  static constexpr std::uint32_t large_flag = 1U << 31U;

  std::uint32_t segment = 0;
  std::uint32_t offset = 0; // of the record's header
  std::uint32_t length = 0; // of the record's payload

  static constexpr Location large(std::uint64_t file_number, std::uint32_t length) {
    return {.segment = large_flag | static_cast<std::uint32_t>(file_number >> 32U),
            .offset = static_cast<std::uint32_t>(file_number),
            .length = length};
  }

  constexpr bool is_large() const { return (segment & large_flag) != 0; }

  // Only for a large body.
  constexpr std::uint64_t file_number() const {
    return static_cast<std::uint64_t>(segment & ~large_flag) << 32U | offset;
  }

  auto operator<=>(const Location&) const = default;
};

// The end of the log: the place of the next record. {0, 0} is a log that does not exist yet.
struct Position {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;

  auto operator<=>(const Position&) const = default;
};

} // namespace mox::bloblog
