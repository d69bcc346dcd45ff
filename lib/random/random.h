// Where randomness comes from, so that tests can own it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mox {

// Safe to call from any thread. Fit for secrets, except for a test's own implementation.
class Random {
public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;

  std::uint64_t number();
  // Uniform in [0, bound); `bound` must not be 0.
  std::uint64_t below(std::uint64_t bound);
  // `size` random bytes.
  std::string bytes(std::size_t size);
};

// The operating system's generator through OpenSSL. Throws std::runtime_error when it fails.
class SystemRandom final : public Random {
public:
  void fill(std::span<std::byte> bytes) override;
};

} // namespace mox
