// Bytes that look random and are the same in every run.
#pragma once

#include "random/random.h"

#include <cstdint>
#include <mutex>

namespace mox::test {

// SplitMix64, by Steele, Lea and Flood ("Fast Splittable Pseudorandom Number Generators", 2014).
class FakeRandom final : public Random {
public:
  explicit FakeRandom(std::uint64_t seed = 1) : state_(seed) {}

  void fill(std::span<std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i % 8 == 0) bits = step();
      bytes[i] = static_cast<std::byte>(bits >> (8 * (i % 8)));
    }
  }

private:
  std::uint64_t step() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::mutex mutex_;
  std::uint64_t state_;
};

} // namespace mox::test
