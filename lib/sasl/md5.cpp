#include "sasl/md5.h"

#include "text/secret.h"

#include <bit>

namespace mox::sasl {

namespace {

// RFC 1321 section 3.4: the integer part of 2^32 times the sine of 1 to 64.
constexpr std::array<std::uint32_t, 64> sines = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

// How far each step of a round turns; four steps, then again.
constexpr std::array<std::array<int, 4>, 4> turns = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

// The functions F, G, H and I of the four rounds.
constexpr std::uint32_t mix(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  switch (round) {
  case 0: return (b & c) | (~b & d);
  case 1: return (b & d) | (c & ~d);
  case 2: return b ^ c ^ d;
  default: return c ^ (b | ~d);
  }
}

// Which word of the block a step takes.
constexpr std::size_t word_of(std::size_t round, std::size_t step) {
  switch (round) {
  case 0: return step;
  case 1: return (5 * step + 1) % 16;
  case 2: return (3 * step + 5) % 16;
  default: return 7 * step % 16;
  }
}

std::array<std::uint32_t, 16> words(std::string_view block) {
  std::array<std::uint32_t, 16> result{};
  for (std::size_t i = 0; i < md5_block_size; ++i)
    result[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i]))
                     << (8 * (i % 4));
  return result;
}

} // namespace

Md5State md5_block(Md5State state, std::string_view block) {
  const auto x = words(block);
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto round = i / 16;
    const auto sum = a + mix(round, b, c, d) + x[word_of(round, i % 16)] + sines[i];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, turns[round][i % 4]);
  }
  return {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

std::string md5_finish(Md5State state, std::uint64_t before, std::string_view rest) {
  const std::uint64_t bits = (before + rest.size()) * 8;
  for (; rest.size() >= md5_block_size; rest.remove_prefix(md5_block_size))
    state = md5_block(state, rest.substr(0, md5_block_size));
  // RFC 1321 sections 3.1 and 3.2: a one, zeros, and the size in bits in the last eight bytes.
  std::string tail(rest);
  tail += '\x80';
  while (tail.size() % md5_block_size != md5_block_size - 8) tail += '\0';
  for (unsigned shift = 0; shift < 64; shift += 8) tail += static_cast<char>(bits >> shift);
  for (std::string_view left = tail; !left.empty(); left.remove_prefix(md5_block_size))
    state = md5_block(state, left.substr(0, md5_block_size));
  text::wipe(tail);
  std::string digest;
  for (const auto word : state)
    for (unsigned shift = 0; shift < 32; shift += 8) digest += static_cast<char>(word >> shift);
  return digest;
}

} // namespace mox::sasl
