// Waiting for a moment, and giving other work of the thread a turn.
#pragma once

#include "async/task.h"
#include "clock/clock.h"

namespace mox::async {

// Returns when `deadline` has passed; earlier when the coroutine is cancelled.
Task<> sleep_until(SteadyTime deadline);
// Lets everything that is ready on this thread run first.
Task<> yield();

} // namespace mox::async
