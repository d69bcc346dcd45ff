// A clock for conversations: it can be made too late for every deadline, or for every pause.
#pragma once

#include "clock/clock.h"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace mox::smtpserver::test {

// Waits are for points of the real steady clock. When this one is behind it, a wait of that length
// is over at once; when it is ahead, a pause lasts longer than any test.
class WorldClock final : public Clock {
public:
  WallTime wall() const override { return WallTime(std::chrono::seconds(wall_.load())); }

  SteadyTime steady() const override {
    return std::chrono::steady_clock::now() + std::chrono::seconds(ahead_.load());
  }

  // Every deadline counted from now on has passed.
  void be_late() { ahead_ = -24 * 3600; }

  // Pauses are over at once; deadlines of input and output are not reached.
  void hurry() { ahead_ = -20; }

  // Pauses do not end.
  void stand_still() { ahead_ = 3600; }

  void pass(std::chrono::seconds time) { wall_ += time.count(); }

private:
  std::atomic<std::int64_t> wall_ = 1767225600;
  std::atomic<std::int64_t> ahead_ = 0;
};

} // namespace mox::smtpserver::test
