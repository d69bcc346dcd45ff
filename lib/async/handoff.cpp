#include "async/handoff.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <thread>
#include <utility>

namespace mox::async {

namespace asio = boost::asio;

// Threads that are posting to one io_context. asio::post() still wakes a thread of it when what was
// posted may have run and ended everything, so the destruction of the context waits for them.
class Posters final : public asio::execution_context::service {
public:
  using key_type = Posters;
  static asio::execution_context::id id;

  explicit Posters(asio::execution_context& context) : asio::execution_context::service(context) {}

  class Entry {
  public:
    explicit Entry(const Executor& executor)
        : posters_(asio::use_service<Posters>(asio::query(executor, asio::execution::context))) {
      posters_.count_.fetch_add(1, std::memory_order_relaxed);
    }

    ~Entry() { posters_.count_.fetch_sub(1, std::memory_order_release); }

    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

  private:
    Posters& posters_;
  };

private:
  void shutdown() override {
    while (count_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
  }

  std::atomic<unsigned> count_ = 0;
};

asio::execution_context::id Posters::id;

void Resume::operator()() {
  async::post(executor_, std::move(continue_));
}

void resume_all(std::vector<Resume> all) {
  while (!all.empty()) {
    const auto executor = all.front().executor_;
    std::vector<std::move_only_function<void()>> own;
    std::vector<Resume> others;
    for (auto& one : all) {
      if (one.executor_ == executor) {
        own.push_back(std::move(one.continue_));
      } else {
        others.push_back(std::move(one));
      }
    }
    // Each gets a turn of its own, for one may throw. From the executor's thread a post is cheap.
    // Qualified, since Asio's would be found by its argument, and that needs a Posters::Entry.
    async::post(executor, [executor, own = std::move(own)]() mutable {
      for (auto& one : own) asio::post(executor, std::move(one));
    });
    all = std::move(others);
  }
}

Task<> hand_off(std::move_only_function<void(Resume)> start) {
  auto initiate = [](auto handler, std::move_only_function<void(Resume)> with) {
    const Executor executor = asio::get_associated_executor(handler);
    // The guard goes home with the handler: once that has run, the io_context may be gone.
    with(Resume(executor,
                [home = asio::make_work_guard(executor), handler = std::move(handler)]() mutable {
                  home.reset();
                  handler();
                }));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable,
                                                                     std::move(start));
}

void post(const Executor& executor, std::move_only_function<void()> work) {
  const Posters::Entry entry(executor);
  asio::post(executor, std::move(work));
}

} // namespace mox::async
