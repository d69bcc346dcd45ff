// The owner of spawned coroutines: counts them, and waits for them at stop.
#pragma once

#include "async/task.h"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace mox::async {

// Belongs to one executor's thread, where every call is made; close() too resumes there.
class Gate {
public:
  // `on_exception` hears of an exception that leaves a task; the task counts as ended.
  Gate(Executor executor, std::function<void(std::exception_ptr)> on_exception);
  // All tasks must have ended, or never run again.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Starts `task` on the executor. False, and the task is dropped unstarted, once closed.
  bool spawn(Task<> task);
  std::size_t running() const;
  // Refuses new tasks from now on and returns when the last one has ended.
  Task<> close();

private:
  struct State;
  Executor executor_;
  std::shared_ptr<State> state_; // outlives the gate while tasks run
};

} // namespace mox::async
