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

// Counts a session from the accepted socket on, until all that it held is gone, whatever ends it.
class Sessions::Counted {
public:
  explicit Counted(Sessions& sessions) : sessions_(&sessions) {
    const std::scoped_lock lock(sessions.mutex_);
    ++sessions.count_;
  }

  Counted(Counted&& other) noexcept : sessions_(std::exchange(other.sessions_, nullptr)) {}

  Counted& operator=(Counted&&) = delete;

  ~Counted() {
    if (sessions_ == nullptr) return;
    const std::scoped_lock lock(sessions_->mutex_);
    if (--sessions_->count_ == 0) sessions_->none_.notify_all();
  }

private:
  Sessions* sessions_;
};

Sessions::Sessions(async::IoThreads& threads, const Clock& clock,
                   std::function<void(std::exception_ptr)> on_exception)
    : threads_(threads),
      next_cid_(static_cast<std::uint64_t>(
          std::chrono::floor<std::chrono::milliseconds>(clock.wall()).time_since_epoch().count())) {
  for (auto& executor : threads.executors())
    state_.push_back(std::make_unique<Thread>(executor, on_exception));
}

Sessions::~Sessions() = default;

void Sessions::start(net::Socket socket, Service& service) {
  auto slot = threads_.least_loaded();
  auto& thread = *state_[slot.thread()];
  auto begin = [this, &thread, &service, counted = Counted(*this), slot = std::move(slot),
                socket = std::move(socket)]() mutable {
    auto transport = net::socket_transport(thread.executor, std::move(socket));
    auto open = std::unique_ptr<Open>(new Open{.thread = slot.thread(),
                                               .cid = next_cid_.fetch_add(1),
                                               .connection = net::Connection(std::move(transport)),
                                               .wake = {}});
    thread.open.insert(open.get());
    thread.gate.spawn(run(std::move(open), std::move(slot), std::move(counted), service));
  };
  async::post(thread.executor, std::move(begin));
}

async::Task<> Sessions::run(std::unique_ptr<Open> open, async::IoThreads::Slot slot,
                            Counted counted, Service& service) {
  const Counted to_the_end = std::move(counted);
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
  if (failed) std::rethrow_exception(failed);
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
