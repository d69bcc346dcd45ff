// A message from an administrator, put into the mailboxes of an address without SMTP.
#pragma once

#include "admin/operation.h"
#include "async/pool.h"
#include "async/task.h"
#include "control/call.h"

namespace mox::admin {

// The call's parameter is the address, its input the message, which is taken as it comes; it may
// have the size that listeners allow. Its lines end in CRLF then, and nothing is added to it. Tells
// the sink where it went. An input that breaks off leaves nothing behind.
async::Task<Result<>> deliver(Place& place, async::Pool& pool, control::Call& call);

} // namespace mox::admin
