#include "async/pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace mox::async {

struct Pool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::move_only_function<void()>> waiting;
  bool ending = false;
  std::vector<std::jthread> threads; // last, so that they are joined before the rest goes

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return ending || !waiting.empty(); });
      if (waiting.empty()) return;
      auto work = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }
};

namespace {

// Linux keeps a nice value for each thread, and 0 is the calling one. Where it cannot be set the
// thread runs like the others.
constexpr int patient_by = 10;

void be_patient() {
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + patient_by);
}

} // namespace

Pool::Pool(std::size_t threads, Urgency urgency) : state_(std::make_unique<State>()) {
  if (threads == 0) throw std::logic_error("a pool needs a thread");
  for (std::size_t i = 0; i < threads; ++i)
    state_->threads.emplace_back([state = state_.get(), urgency] {
      if (urgency == Urgency::patient) be_patient();
      state->run();
    });
}

Pool::~Pool() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_all();
}

void Pool::post(std::move_only_function<void()> work) {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->waiting.push_back(std::move(work));
  }
  state_->wake.notify_one();
}

} // namespace mox::async
