// Leaving the thread for an answer: other threads do the work, the coroutine resumes at home.
#pragma once

#include "async/task.h"

#include <functional>

namespace mox::async {

// Called once, from any thread. Destroying it uncalled destroys the coroutine.
using Resume = std::move_only_function<void()>;

// Suspends the caller, gives `start` the means to resume it, and returns on the caller's executor
// once that was called. The io_context does not run out of work meanwhile. `start` must not throw.
// The caller cannot be cancelled: what `start` refers to in the caller's frame stays alive.
Task<> hand_off(std::move_only_function<void(Resume)> start);

// Runs `work` on the executor's thread. Thread-safe.
void post(const Executor& executor, std::move_only_function<void()> work);

} // namespace mox::async
