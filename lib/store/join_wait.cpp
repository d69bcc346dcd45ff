#include "store/join_wait.h"

namespace mox::store {

void JoinWait::note(std::size_t size, std::size_t joined, Time waited, Time time) {
  size_ += size;
  joined_ += joined;
  waited_ += waited;
  time_ += time;
  if (++groups_ < (waiting_ ? groups_tried : groups_between)) return;
  // joined / waited against the rate without them, (size - joined) / time.
  const auto pays = static_cast<double>(joined_) * static_cast<double>(time_.count()) >
                    static_cast<double>(size_ - joined_) * static_cast<double>(waited_.count());
  waiting_ = !waiting_ || pays;
  groups_ = size_ = joined_ = 0;
  waited_ = time_ = Time(0);
}

} // namespace mox::store
