#include "async/handoff.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace mox::async {

namespace asio = boost::asio;

Task<> hand_off(std::move_only_function<void(Resume)> start) {
  auto initiate = [](auto handler, std::move_only_function<void(Resume)> with) {
    auto home = asio::make_work_guard(asio::get_associated_executor(handler));
    with([home = std::move(home), handler = std::move(handler)]() mutable {
      asio::post(home.get_executor(), [handler = std::move(handler)]() mutable { handler(); });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable,
                                                                     std::move(start));
}

void post(const Executor& executor, std::move_only_function<void()> work) {
  asio::post(executor, std::move(work));
}

} // namespace mox::async
