// The conversations under way, thread by thread, so that they can be told to end.
#pragma once

#include "async/event.h"
#include "async/gate.h"
#include "async/io_threads.h"
#include "clock/clock.h"
#include "net/connection.h"
#include "net/socket.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace mox::lifecycle {

// One connection, on its I/O thread.
struct Open {
  std::size_t thread;
  std::uint64_t cid;
  net::Connection connection;
  async::Event wake;
};

class Sessions {
public:
  // What a listener does with its connections.
  struct Service {
    std::function<async::Task<>(Open&)> serve;
    std::atomic<std::int64_t> open = 0; // connections
  };

  // Ids of connections count up from the clock's milliseconds, so that they differ from those of
  // the run before. `on_exception` hears of what left a session, on its thread.
  Sessions(async::IoThreads& threads, const Clock& clock,
           std::function<void(std::exception_ptr)> on_exception);
  // All must have ended.
  ~Sessions();

  // Serves the socket on the least loaded thread. `service` must outlive the sessions. Thread-safe.
  void start(net::Socket socket, Service& service);
  // Wakes every session. Thread-safe.
  void wake_all();
  // Closes every connection. Thread-safe.
  void close_all();
  // Waits on the calling thread, none of the I/O threads, until no session is left; false when
  // `limit` has passed before.
  bool wait_until_none(std::chrono::milliseconds limit);

private:
  struct Thread;
  class Counted;
  async::Task<> run(std::unique_ptr<Open> open, async::IoThreads::Slot slot, Counted counted,
                    Service& service);

  async::IoThreads& threads_;
  std::vector<std::unique_ptr<Thread>> state_;
  std::atomic<std::uint64_t> next_cid_;
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

} // namespace mox::lifecycle
