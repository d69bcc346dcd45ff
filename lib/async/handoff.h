// Leaving the thread for an answer: other threads do the work, the coroutine resumes at home.
#pragma once

#include "async/task.h"

#include <functional>
#include <utility>
#include <vector>

namespace mox::async {

// Continues a coroutine on its executor. Called once, from any thread. Destroying it uncalled
// destroys the coroutine.
class Resume {
public:
  Resume() = default; // of nobody

  explicit operator bool() const { return static_cast<bool>(continue_); }

  void operator()();

private:
  friend Task<> hand_off(std::move_only_function<void(Resume)> start);
  friend void resume_all(std::vector<Resume> all);

  Resume(Executor executor, std::move_only_function<void()> at_home)
      : executor_(std::move(executor)), continue_(std::move(at_home)) {}

  Executor executor_;
  std::move_only_function<void()> continue_; // to be called by the executor
};

// Calls each, in their order; an executor is woken once for all of its own.
void resume_all(std::vector<Resume> all);

// Suspends the caller, gives `start` the means to resume it, and returns on the caller's executor
// once that was called. The io_context does not run out of work meanwhile. `start` must not throw.
// The caller cannot be cancelled: what `start` refers to in the caller's frame stays alive.
Task<> hand_off(std::move_only_function<void(Resume)> start);

// Runs `work` on the executor's thread. Thread-safe.
void post(const Executor& executor, std::move_only_function<void()> work);

} // namespace mox::async
