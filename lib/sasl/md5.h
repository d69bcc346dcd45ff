// MD5 (RFC 1321) with its state in the open: CRAM-MD5 keeps the state after a first block, so that
// the password need not be kept. For nothing else. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::sasl {

inline constexpr std::size_t md5_block_size = 64;

using Md5State = std::array<std::uint32_t, 4>;

// RFC 1321 section 3.3.
inline constexpr Md5State md5_start = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};

// The state after one more block of 64 bytes.
Md5State md5_block(Md5State state, std::string_view block);

// The digest, 16 bytes, when the last bytes are `rest`, of any size; `before` bytes, whole blocks,
// have made `state`.
std::string md5_finish(Md5State state, std::uint64_t before, std::string_view rest);

inline std::string md5(std::string_view text) {
  return md5_finish(md5_start, 0, text);
}

} // namespace mox::sasl
