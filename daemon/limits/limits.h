// How much one address, and the networks around it, may ask of the server. One table for SMTP, IMAP
// and HTTP. Safe to use from any thread.
//
// Each address counts in three widths: IPv4 /32, /26 and /21, IPv6 /64, /48 and /32.
#pragma once

#include "clock/clock.h"
#include "net/endpoint.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace mox::limits {

constexpr std::size_t width_count = 3;
// The most for each width, narrowest first.
using Widths = std::array<std::uint32_t, width_count>;
// An address cut to each width.
using Networks = std::array<net::Address, width_count>;

Networks networks_of(const net::Address& address);

// Events per fixed window of time, in one or more windows at once.
class Rate {
public:
  struct Window {
    std::chrono::seconds length;
    Widths most;
  };

  Rate(const Clock& clock, std::vector<Window> windows);

  // Counts one event, or counts nothing and returns false when any window of any width is full.
  bool add(const net::Address& address);
  // Whether add() would succeed.
  bool allows(const net::Address& address) const;
  // Takes what `address` counted out of all widths.
  void reset(const net::Address& address);

private:
  struct Counters {
    std::int64_t window = -1; // number of the window that the counts belong to
    std::array<std::map<net::Address, std::uint32_t>, width_count> counts;
  };

  std::int64_t window_now(const Window& window) const;

  const Clock& clock_;
  std::vector<Window> windows_;
  mutable std::mutex mutex_;
  std::vector<Counters> counters_;
};

// Things that are open at the same time.
class Open {
public:
  explicit Open(Widths most);

  // Counts for as long as it lives; empty when the limit is reached.
  class Slot {
  public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot();

    explicit operator bool() const { return owner_ != nullptr; }

  private:
    friend class Open;
    Open* owner_ = nullptr;
    Networks networks_{};
  };

  Slot enter(const net::Address& address);

private:
  void leave(const Networks& networks);

  Widths most_;
  std::mutex mutex_;
  std::array<std::map<net::Address, std::uint32_t>, width_count> counts_;
};

// All limits of the server.
struct Limits {
  explicit Limits(const Clock& clock);

  Rate connections;
  Open open;
  Rate failed_logins;
};

} // namespace mox::limits
