// Runs coroutines of a test to their end on an event loop of its own.
#pragma once

#include "async/gate.h"
#include "async/task.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace mox::test {

// One thread's event loop. Everything that was made with its executor must be destroyed before it,
// except for coroutines, which it destroys itself.
class Loop {
public:
  async::Executor executor() { return context_.get_executor(); }

  // The task's value; rethrows its exception. Other coroutines of this loop run meanwhile, and
  // stand still afterwards. A task that hangs for a minute is an exception.
  template <class T> T run(async::Task<T> task) {
    if constexpr (std::is_void_v<T>) {
      run_void(std::move(task));
    } else {
      std::optional<T> value;
      run_void(keep(std::move(task), value));
      return std::move(*value);
    }
  }

private:
  template <class T> static async::Task<> keep(async::Task<T> task, std::optional<T>& into) {
    into.emplace(co_await std::move(task));
  }

  void run_void(async::Task<> task) {
    std::exception_ptr exception;
    bool ended = false;
    boost::asio::co_spawn(context_, std::move(task), [&](const std::exception_ptr& left) {
      exception = left;
      ended = true;
      context_.stop();
    });
    context_.restart();
    context_.run_for(std::chrono::minutes(1));
    if (!ended) throw std::runtime_error("the task did not end within a minute");
    if (exception) std::rethrow_exception(exception);
  }

  boost::asio::io_context context_{1};
};

// For a task that makes all it needs: run_task([](Executor e) -> Task<int> { … }).
template <class Make> auto run_task(Make make) {
  Loop loop;
  return loop.run(make(loop.executor()));
}

// Both at the same time, until both have ended.
inline void run_both(Loop& loop, async::Task<> first, async::Task<> second) {
  std::exception_ptr exception;
  async::Gate gate(loop.executor(), [&](const std::exception_ptr& left) { exception = left; });
  gate.spawn(std::move(first));
  gate.spawn(std::move(second));
  loop.run(gate.close());
  if (exception) std::rethrow_exception(exception);
}

} // namespace mox::test
