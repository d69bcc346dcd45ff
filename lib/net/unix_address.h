// The addresses of Unix sockets: a path, or a name in Linux's abstract namespace.
#pragma once

#include "net/socket.h"
#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::net {

// Of a path in a socket's address, as Linux has it.
constexpr std::size_t max_socket_path = 107;

// `name` is a path, or '@' and an abstract name. ErrorKind::invalid when it is empty, holds a NUL
// or is longer than `max` bytes; the error says so, and what to do.
Result<SystemAddress> unix_address(std::string_view name, std::size_t max = max_socket_path);

// The path or "@name" that a Unix socket is bound to; empty for other sockets and without a name.
std::string unix_name(int descriptor);

} // namespace mox::net
