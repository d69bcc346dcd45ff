// The type of every coroutine of the program.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace mox::async {

using Executor = boost::asio::any_io_executor;

// Awaited at once by its caller, or handed to a Gate; never dropped.
template <class T = void> using Task = boost::asio::awaitable<T>;

} // namespace mox::async
