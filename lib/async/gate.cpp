#include "async/gate.h"

#include "async/suspension.h"

#include <boost/asio/co_spawn.hpp>

#include <utility>
#include <vector>

namespace mox::async {

struct Gate::State {
  Executor executor;
  std::function<void(std::exception_ptr)> on_exception;
  std::size_t running = 0;
  bool closing = false;
  std::vector<Suspension*> waiting;

  void ended(const std::exception_ptr& exception) {
    --running;
    if (exception && on_exception) on_exception(exception);
    if (running > 0) return;
    for (Suspension* suspension : std::exchange(waiting, {})) suspension->post(executor, 0);
  }
};

Gate::Gate(Executor executor, std::function<void(std::exception_ptr)> on_exception)
    : executor_(executor),
      state_(std::make_shared<State>(std::move(executor), std::move(on_exception))) {}

Gate::~Gate() = default;

bool Gate::spawn(Task<> task) {
  if (state_->closing) return false;
  ++state_->running;
  auto ended = [state = state_](const std::exception_ptr& exception) { state->ended(exception); };
  boost::asio::co_spawn(executor_, std::move(task), std::move(ended));
  return true;
}

std::size_t Gate::running() const {
  return state_->running;
}

Task<> Gate::close() {
  const auto state = state_;
  state->closing = true;
  if (state->running == 0) co_return;
  Suspension suspension(state->executor);
  state->waiting.push_back(&suspension);
  co_await suspension.suspend();
}

} // namespace mox::async
