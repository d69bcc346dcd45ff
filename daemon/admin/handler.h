// Answers the control socket: performs operations in the pool, and what only a running server has.
#pragma once

#include "admin/operation.h"
#include "async/pool.h"
#include "control/call.h"

#include <functional>

namespace mox::admin {

struct Server {
  std::function<void()> stop; // asks it to; returns at once
  async::Pool& pool;
};

// `place` must outlive the handler.
control::Handler handler(Place& place, Server server);

} // namespace mox::admin
