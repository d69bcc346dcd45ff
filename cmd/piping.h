// Standard input to a connection, and what comes back to standard output.
#pragma once

#include "async/task.h"
#include "cli/invocation.h"
#include "net/connection.h"

namespace mox::cmd {

// As they are, both ways at once, until the peer closes. After the end of standard input the peer
// may still answer; when it is silent for ten seconds it is not waited for. Bytes that are buffered
// in the connection come first.
async::Task<> pipe_through(net::Connection connection, const cli::Invocation& invocation);

} // namespace mox::cmd
