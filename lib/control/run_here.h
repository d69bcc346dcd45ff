// Doing a request in the process that asks, when there is no daemon to ask.
#pragma once

#include "control/call.h"
#include "control/client_session.h"
#include "control/reader.h"
#include "control/request.h"
#include "result/result.h"

namespace mox::control {

// As Client::run() with a daemon that has this handler; the peer is this process. Reader and writer
// are called on this thread, which runs the handler. `reader` may be null: no input. Exceptions are
// thrown on.
Result<> run_here(const Handler& handler, const Request& request, Reader* reader,
                  const Writer& writer);

} // namespace mox::control
