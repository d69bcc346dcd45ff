// Where time comes from, so that tests can own it.
#pragma once

#include <chrono>
#include <cstdint>

namespace mox {

using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// Safe to call from any thread.
class Clock {
public:
  virtual ~Clock() = default;
  // Time of day, UTC; may jump.
  virtual WallTime wall() const = 0;
  // Never goes back; for deadlines and durations.
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
public:
  WallTime wall() const override { return std::chrono::system_clock::now(); }

  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

inline std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

} // namespace mox
