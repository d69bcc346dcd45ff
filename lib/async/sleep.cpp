#include "async/sleep.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mox::async {

namespace asio = boost::asio;

Task<> sleep_until(SteadyTime deadline) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, deadline);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

Task<> yield() {
  co_await asio::post(asio::use_awaitable);
}

} // namespace mox::async
