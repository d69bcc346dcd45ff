// Which hashes have lately been added, answered fast and with rare false alarms: a set of bits that
// fills with what is new, and one with what was there before the last turn.
#pragma once

#include "store/types.h"

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace mox::store {

// Used by one thread. Of what was added before it was made it knows nothing, so that at first it
// says "may" of everything.
class RecentHashes {
public:
  RecentHashes() { older_.set(); }

  void add(AccountId account, std::uint64_t hash) { newer_.set(place(account, hash)); }

  bool may_have(AccountId account, std::uint64_t hash) const {
    const auto at = place(account, hash);
    return newer_.test(at) || older_.test(at);
  }

  // What was added so far is old from now on.
  void turn() {
    older_ |= newer_;
    newer_.reset();
  }

  void forget_old() { older_.reset(); }

private:
  static constexpr std::size_t bits = std::size_t{1} << 18U; // for some thousands of hashes

  // The hashes are keyed, so that nobody can choose a place.
  static std::size_t place(AccountId account, std::uint64_t hash) {
    return (hash ^ (static_cast<std::uint64_t>(account) * 0x9E37U)) % bits;
  }

  std::bitset<bits> newer_;
  std::bitset<bits> older_;
};

} // namespace mox::store
