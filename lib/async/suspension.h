// One place where a coroutine of an I/O thread stops until other code of the same thread resumes
// it.
#pragma once

#include "async/task.h"

#include <functional>

namespace mox::async {

// At most one coroutine is suspended here. When the io_context is destroyed first, the coroutine is
// destroyed with it instead of being leaked.
class Suspension {
public:
  explicit Suspension(const Executor& executor);
  ~Suspension();
  Suspension(const Suspension&) = delete;
  Suspension& operator=(const Suspension&) = delete;

  // Returns what resume() or post() was given.
  Task<int> suspend();

  bool suspended() const { return static_cast<bool>(resume_); }

  // Continues the coroutine inside this call, which may destroy this object: for the bottom of the
  // event loop. False when nothing is suspended.
  bool resume(int value);
  // Continues it from the event loop, after the current handler has returned.
  bool post(const Executor& executor, int value);

private:
  friend class Suspensions;
  class Suspensions& owner_;
  Suspension* next_ = nullptr;
  Suspension* previous_ = nullptr;
  std::move_only_function<void(int)> resume_;
};

} // namespace mox::async
