// How many connections a Unix user may have. `daemon/limits` counts by address, and all local users
// have the same: none. Safe from any thread.
#pragma once

#include "clock/clock.h"

#include <cstdint>
#include <expected>
#include <mutex>
#include <string_view>
#include <sys/types.h>
#include <unordered_map>

namespace mox::localusers {

enum class Refusal : std::uint8_t { too_often, too_many, too_many_of_all };

// In words for the user.
std::string_view to_string(Refusal refusal);

// As for the addresses of a network.
struct MostConnections {
  std::uint32_t per_minute = 300;
  std::uint32_t open = 30;
  std::uint32_t open_of_all = 270; // of all users but root
};

class Limits {
public:
  explicit Limits(const Clock& clock, MostConnections most = {});

  // Counts as open for as long as it lives.
  class Slot {
  public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&&) = delete;
    ~Slot();

  private:
    friend class Limits;

    Slot(Limits& owner, uid_t uid) : owner_(&owner), uid_(uid) {}

    Limits* owner_;
    uid_t uid_;
  };

  // What is refused counts for nothing.
  std::expected<Slot, Refusal> enter(uid_t uid);

private:
  using Counts = std::unordered_map<uid_t, std::uint32_t>;

  void leave(uid_t uid);

  const Clock& clock_;
  MostConnections most_;
  std::mutex mutex_;
  std::int64_t minute_ = -1;
  Counts made_; // in that minute
  Counts open_;
  std::uint32_t open_of_all_ = 0;
};

} // namespace mox::localusers
