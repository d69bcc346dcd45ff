// CRC-32C (Castagnoli), RFC 3720 appendix B.4; by the processor's instruction where it has one.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mox::bloblog {

// `before` is the checksum of the bytes that precede these, for a sum over pieces.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same by tables, for processors without the instruction, and to test the other against.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

} // namespace mox::bloblog
