// A few threads for work that blocks: fsync of large bodies, password hashing, archives.
#pragma once

#include "async/task.h"

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace mox::async {

class Pool {
public:
  explicit Pool(std::size_t threads);
  // Waits for the work that was given to it.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Thread-safe. `work` must not throw.
  void post(std::move_only_function<void()> work);

private:
  struct State;
  std::unique_ptr<State> state_;
};

// Runs `work` on the pool and resumes the caller on its own executor with the result, or with the
// exception that left `work`. The caller cannot be cancelled meanwhile.
template <std::invocable Work> Task<std::invoke_result_t<Work>> run_blocking(Pool& pool, Work work);

} // namespace mox::async

