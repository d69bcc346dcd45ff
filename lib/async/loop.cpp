#include "async/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <stdexcept>

namespace mox::async {

struct Loop::State {
  boost::asio::io_context context{1};
};

Loop::Loop() : state_(std::make_unique<State>()) {}

Loop::~Loop() = default;

Executor Loop::executor() {
  return state_->context.get_executor();
}

void Loop::run_void(Task<> task) {
  auto& context = state_->context;
  std::exception_ptr exception;
  bool ended = false;
  boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& left) {
    exception = left;
    ended = true;
    context.stop();
  });
  context.restart();
  context.run();
  if (exception) std::rethrow_exception(exception);
  if (!ended) throw std::logic_error("a task waits for something that cannot come");
}

} // namespace mox::async
