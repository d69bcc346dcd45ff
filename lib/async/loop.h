// An event loop on the thread that calls it, for programs that wait for one thing at a time.
#pragma once

#include "async/task.h"

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mox::async {

// Everything that was made with its executor must be destroyed before it, except for coroutines,
// which it destroys itself.
class Loop {
public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Executor executor();

  // The task's value; rethrows its exception. Other coroutines of this loop run meanwhile, and
  // stand still afterwards.
  template <class T> T run(Task<T> task) {
    if constexpr (std::is_void_v<T>) {
      run_void(std::move(task));
    } else {
      std::optional<T> value;
      run_void(keep(std::move(task), value));
      return std::move(*value);
    }
  }

private:
  template <class T> static Task<> keep(Task<T> task, std::optional<T>& into) {
    into.emplace(co_await std::move(task));
  }

  void run_void(Task<> task);

  struct State;
  std::unique_ptr<State> state_;
};

} // namespace mox::async
