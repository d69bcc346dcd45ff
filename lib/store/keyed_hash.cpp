#include "store/keyed_hash.h"

#include <bit>
#include <cstddef>

namespace mox::store {

namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// Up to eight bytes, the first lowest.
std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    word = (word << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  return word;
}

} // namespace

std::uint64_t keyed_hash(const HashKey& key, std::string_view text) {
  SipState state{key[0] ^ 0x736f6d6570736575ULL, key[1] ^ 0x646f72616e646f6dULL,
                 key[0] ^ 0x6c7967656e657261ULL, key[1] ^ 0x7465646279746573ULL};
  const auto length = static_cast<std::uint64_t>(text.size());
  for (; text.size() >= 8; text.remove_prefix(8)) state.absorb(word_of(text.substr(0, 8)));
  state.absorb((length << 56U) | word_of(text));
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  const auto hash = state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
  return hash == 0 ? 1 : hash;
}

} // namespace mox::store
