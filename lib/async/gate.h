// The owner of spawned coroutines: counts them, and waits for them at stop.
#pragma once

#include "async/task.h"

#include <cstddef>
#include <functional>
#include <string_view>
#include <exception>

namespace mox::async {

// Belongs to one executor's thread, where every call is made; `closed` too resumes there.
class Gate {
public:
  // `on_exception` hears of an exception that leaves a task; the task counts as ended.
  Gate(Executor executor, std::function<void(std::exception_ptr)> on_exception);
  // All tasks must have ended.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Starts `task` on the executor. False, and the task is dropped unstarted, once closed.
  bool spawn(Task<> task);
  std::size_t running() const { return running_; }
  // Refuses new tasks from now on and returns when the last one has ended.
  Task<> close();

private:
  struct Waiters;
  Executor executor_;
  std::function<void(std::exception_ptr)> on_exception_;
  std::size_t running_ = 0;
  bool closing_ = false;
  std::shared_ptr<Waiters> waiters_;
};

} // namespace mox::async
