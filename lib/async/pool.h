// A few threads for work that blocks: fsync of large bodies, password hashing, archives.
#pragma once

#include "async/handoff.h"
#include "async/task.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mox::async {

// How its threads stand beside the others when processors are short.
enum class Urgency : std::uint8_t {
  equal,
  patient, // after all else, with a tenth of the time: for work that takes long and can wait
};

class Pool {
public:
  explicit Pool(std::size_t threads, Urgency urgency = Urgency::equal);
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
template <std::invocable Work>
Task<std::invoke_result_t<Work>> run_blocking(Pool& pool, Work work) {
  using Value = std::invoke_result_t<Work>;
  constexpr bool has_value = !std::is_void_v<Value>;
  std::conditional_t<has_value, std::optional<Value>, bool> value{};
  std::exception_ptr exception;
  auto job = [&] {
    try {
      if constexpr (has_value)
        value.emplace(std::move(work)());
      else
        std::move(work)();
    } catch (...) {
      exception = std::current_exception();
    }
  };
  auto start = [&](Resume resume) {
    pool.post([&job, resume = std::move(resume)]() mutable {
      job();
      resume();
    });
  };
  co_await hand_off(start);
  if (exception) std::rethrow_exception(exception);
  if constexpr (has_value) co_return std::move(*value);
}

} // namespace mox::async
