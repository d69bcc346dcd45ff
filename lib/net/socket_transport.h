// A connected stream socket, TCP or Unix, as a Transport.
#pragma once

#include "net/socket.h"
#include "net/transport.h"

#include <memory>

namespace mox::net {

// Makes the socket non-blocking, and lets the process ignore SIGPIPE. Called on the executor's
// thread, or before its loop runs.
std::unique_ptr<Transport> socket_transport(const async::Executor& executor, Socket socket);

} // namespace mox::net
