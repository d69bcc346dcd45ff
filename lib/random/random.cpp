#include "random/random.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace mox {

std::uint64_t Random::number() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Values at or above the largest multiple of `bound` would favour small results.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = number();
  while (value >= limit) value = number();
  return value % bound;
}

std::string Random::bytes(std::size_t size) {
  std::string result(size, '\0');
  fill(std::as_writable_bytes(std::span(result)));
  return result;
}

void SystemRandom::fill(std::span<std::byte> bytes) {
  void* const data = bytes.data();
  if (RAND_bytes(static_cast<unsigned char*>(data), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("the system's random number generator failed");
}

} // namespace mox
