// Policies of MTA-STS that are remembered (RFC 8461 section 3.3), and what to do about them.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dns/name.h"
#include "mtasts/policy.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace mox::mtastsfetch {

// What is known of a domain.
struct Entry {
  std::string record_id;
  mtasts::Policy policy; // of no use when back_off
  std::string text;      // the policy as it was served
  WallTime inserted;     // the domain was first seen
  WallTime updated;      // the policy was fetched, or its record seen unchanged
  WallTime used;
  WallTime valid_end;    // not in force from then on
  bool back_off = false; // the policy could not be had; not to be tried again before valid_end
};

inline constexpr std::chrono::minutes back_off_time{5};
inline constexpr std::chrono::hours refresh_after{12};
inline constexpr std::chrono::days forget_after{180}; // unused

// The entry is to be believed at that time, or its back-off to be kept to.
bool is_in_force(const Entry& entry, WallTime now);

// What regular work does with an entry.
enum class Upkeep : std::uint8_t { keep, refresh, remove };
Upkeep upkeep(const Entry& entry, WallTime now);

class Cache {
public:
  virtual ~Cache() = default;
  virtual async::Task<std::optional<Entry>> find(dns::Name domain) = 0;
  // Replaces what is there.
  virtual async::Task<> put(dns::Name domain, Entry entry) = 0;
  virtual async::Task<> remove(dns::Name domain) = 0;
};

// For one thread, gone with the process. When it is full, the one that was unused for longest goes.
class MemoryCache final : public Cache {
public:
  explicit MemoryCache(std::size_t most = 10'000) : most_(most) {}

  async::Task<std::optional<Entry>> find(dns::Name domain) override;
  async::Task<> put(dns::Name domain, Entry entry) override;
  async::Task<> remove(dns::Name domain) override;

  std::size_t size() const { return entries_.size(); }

private:
  std::map<dns::Name, Entry> entries_;
  std::size_t most_;
};

} // namespace mox::mtastsfetch
