// Remembers for a while which passwords were right, so that a client that logs in every minute does
// not cost an Argon2 hash each time.
#pragma once

#include "clock/clock.h"
#include "random/random.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace mox::sasl {

// A credential row at one of its versions: a changed password is another one.
struct CredentialVersion {
  std::uint32_t account = 0;
  std::uint32_t credential = 0;
  std::uint32_t version = 0;

  bool operator==(const CredentialVersion&) const = default;
};

// Keeps keyed hashes only (HMAC-SHA-256, with a key that nobody else has and that dies with the
// object). Wrong passwords are never kept. Usable from all threads.
class PasswordCache {
public:
  static constexpr std::chrono::minutes lifetime{15};
  static constexpr std::size_t default_limit = 10'000;

  PasswordCache(const Clock& clock, Random& random, std::size_t limit = default_limit);
  ~PasswordCache();
  PasswordCache(const PasswordCache&) = delete;
  PasswordCache& operator=(const PasswordCache&) = delete;

  // This password was right for this version less than the lifetime ago.
  bool has(const CredentialVersion& credential, std::string_view password);

  // It was checked now, and was right. The oldest entry makes room.
  void add(const CredentialVersion& credential, std::string_view password);

  std::size_t size() const;

private:
  using Digest = std::array<unsigned char, 32>;

  struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept;
  };

  struct Entry {
    SteadyTime until;
    Digest digest;
  };

  Digest digest(const CredentialVersion& credential, std::string_view password) const;
  void drop_expired();

  const Clock& clock_;
  const std::size_t limit_;
  std::array<std::byte, 32> key_{};
  mutable std::mutex mutex_;
  std::deque<Entry> by_age_; // oldest first; one that was added again is here twice
  std::unordered_map<Digest, SteadyTime, DigestHash> until_;
};

} // namespace mox::sasl
