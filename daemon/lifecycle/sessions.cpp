#include "lifecycle/sessions.h"

#include "async/handoff.h"
#include "net/socket_transport.h"

#include <utility>

namespace mox::lifecycle {

struct Sessions::Thread {
  Thread(async::Executor on, std::function<void(std::exception_ptr)> on_exception)
      : executor(on), gate(std::move(on), std::move(on_exception)) {}

  async::Executor executor;
  async::Gate gate;
  std::set<Open*> open; // on its thread only
};

Sessions::Sessions(async::IoThreads& threads, std::function<void(std::exception_ptr)> on_exception)
    : threads_(threads),
      next_cid_(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                               std::chrono::system_clock::now().time_since_epoch())
                                               .count())) {
  for (auto& executor : threads.executors())
    state_.push_back(std::make_unique<Thread>(executor, on_exception));
}

Sessions::~Sessions() = default;

void Sessions::start(net::Socket socket, Service& service) {
  auto slot = threads_.least_loaded();
  auto& thread = *state_[slot.thread()];
  {
    const std::scoped_lock lock(mutex_);
    ++count_;
  }
  auto begin = [this, &thread, &service, slot = std::move(slot),
                socket = std::move(socket)]() mutable {
    auto transport = net::socket_transport(thread.executor, std::move(socket));
    auto open = std::unique_ptr<Open>(new Open{.thread = slot.thread(),
                                               .cid = next_cid_.fetch_add(1),
                                               .connection = net::Connection(std::move(transport)),
                                               .wake = {}});
    thread.open.insert(open.get());
    thread.gate.spawn(run(std::move(open), std::move(slot), service));
  };
  async::post(thread.executor, std::move(begin));
}

async::Task<> Sessions::run(std::unique_ptr<Open> open, async::IoThreads::Slot slot,
                            Service& service) {
  ++service.open;
  std::exception_ptr failed;
  try {
    co_await service.serve(*open);
  } catch (...) {
    failed = std::current_exception();
  }
  state_[slot.thread()]->open.erase(open.get());
  open.reset();
  --service.open;
  ended();
  if (failed) std::rethrow_exception(failed);
}

void Sessions::ended() {
  const std::scoped_lock lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

void Sessions::wake_all() {
  for (auto& thread : state_)
    async::post(thread->executor, [target = thread.get()] {
      for (auto* open : target->open) open->wake.notify();
    });
}

void Sessions::close_all() {
  for (auto& thread : state_)
    async::post(thread->executor, [target = thread.get()] {
      for (auto* open : target->open) {
        open->connection.close();
        open->wake.notify();
      }
    });
}

bool Sessions::wait_until_none(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, limit, [this] { return count_ == 0; });
}

} // namespace mox::lifecycle
