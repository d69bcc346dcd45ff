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
    const Executor executor = asio::get_associated_executor(handler);
    auto home = asio::make_work_guard(executor);
    with([executor, home = std::move(home), handler = std::move(handler)]() mutable {
      // The guard goes home with the handler: once that has run, the io_context may be gone.
      asio::post(executor, [home = std::move(home), handler = std::move(handler)]() mutable {
        home.reset();
        handler();
      });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable,
                                                                     std::move(start));
}

void post(const Executor& executor, std::move_only_function<void()> work) {
  asio::post(executor, std::move(work));
}

} // namespace mox::async
