// A wake-up within one thread: a coroutine waits, other code notifies.
#pragma once

#include "async/task.h"
#include "clock/clock.h"

#include <utility>

namespace mox::async {

// Used on one thread only. A notification stays until it is taken, so none is lost between two
// waits; several before a wait count as one.
class Event {
public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void notify();
  // Returns at once when already notified. True, and the notification is taken; false when
  // `deadline` passed. One waiter at a time.
  Task<bool> wait(SteadyTime deadline);

  bool notified() const { return notified_; }

  // Whether there was a notification; it is gone now.
  bool take() { return std::exchange(notified_, false); }

  // Told of each notification while attached; for code that waits for something else as well.
  class Listener {
  public:
    virtual void on_notify() = 0;

  protected:
    ~Listener() = default;
  };

  // Null detaches.
  void attach(Listener* listener) { listener_ = listener; }

private:
  bool notified_ = false;
  Listener* listener_ = nullptr;
};

} // namespace mox::async
