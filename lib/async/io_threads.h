// The I/O threads: each runs one event loop, and a connection stays on the thread it was given to.
#pragma once

#include "async/task.h"

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace mox::async {

class IoThreads {
public:
  // `on_exception` hears, on the thread concerned, of exceptions that left a handler; the thread
  // goes on.
  IoThreads(std::size_t count, std::function<void(std::exception_ptr)> on_exception);
  // Stops, when that was not done yet.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const;
  Executor executor(std::size_t thread) const;
  std::vector<Executor> executors() const;

  // Counts one connection on a thread for as long as it lives; may be dropped on any thread.
  class Slot {
  public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot();

    std::size_t thread() const { return thread_; }

  private:
    friend class IoThreads;
    Slot(std::atomic<std::size_t>& count, std::size_t thread);
    std::atomic<std::size_t>* count_ = nullptr;
    std::size_t thread_ = 0;
  };

  // A place on the thread with the fewest connections. Thread-safe.
  Slot least_loaded();

  // Starts the threads; once. Signals are blocked on them.
  void start();
  // Ends the loops at once, whatever they were doing, and joins: close the gates before. What is
  // still suspended is destroyed with this object.
  void stop();

private:
  struct Thread;
  std::function<void(std::exception_ptr)> on_exception_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

} // namespace mox::async
