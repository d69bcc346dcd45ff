// How long the writer waits for others to join a group, which depends on whether they come.
//
// Clients that were just answered may come back while the writer waits, and then share its syncs;
// or they need longer than that, and the disk has stood still for nothing. So a few groups are
// tried with a wait, and it is kept as long as it brings changes at a higher rate than the groups
// themselves do.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace mox::store {

class JoinWait {
public:
  using Time = std::chrono::nanoseconds;

  // Before the next group, when the last one took `last`: at most half of that, so that a trial
  // costs little on a fast disk. 0 for not at all.
  Time next(Time last) const { return waiting_ ? std::min(last / 2, max_wait) : Time(0); }

  // What the last one was like: `joined` of its `size` changes came during the wait of `waited`,
  // and the rest took `time`.
  void note(std::size_t size, std::size_t joined, Time waited, Time time);

  static constexpr Time max_wait = std::chrono::microseconds(250);
  static constexpr std::size_t groups_tried = 8;
  static constexpr std::size_t groups_between = 128; // two trials

private:
  bool waiting_ = true;
  std::size_t groups_ = 0; // since the last decision, as the following
  std::size_t size_ = 0;
  std::size_t joined_ = 0;
  Time waited_{0};
  Time time_{0};
};

} // namespace mox::store
