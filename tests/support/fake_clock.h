// A clock that stands still until a test moves it.
#pragma once

#include "clock/clock.h"

#include <atomic>
#include <chrono>

namespace mox::test {

class FakeClock final : public Clock {
public:
  // 2026-01-01 00:00:00 UTC unless told otherwise.
  explicit FakeClock(std::int64_t seconds = 1767225600) : nanoseconds_(seconds * 1'000'000'000) {}

  WallTime wall() const override { return WallTime(std::chrono::nanoseconds(nanoseconds_.load())); }

  SteadyTime steady() const override {
    return SteadyTime(std::chrono::nanoseconds(nanoseconds_.load()));
  }

  void advance(std::chrono::nanoseconds by) { nanoseconds_ += by.count(); }

private:
  std::atomic<std::int64_t> nanoseconds_;
};

} // namespace mox::test
