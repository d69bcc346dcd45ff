#include "async/io_threads.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <pthread.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace mox::async {

namespace asio = boost::asio;

struct IoThreads::Thread {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::atomic<std::size_t> connections = 0;
  std::thread thread;

  void run(const std::function<void(std::exception_ptr)>& on_exception) {
    while (!context.stopped()) {
      try {
        context.run();
      } catch (...) {
        if (on_exception) on_exception(std::current_exception());
      }
    }
  }
};

namespace {

// New threads inherit the mask: signals are for the thread that waits for them.
class AllSignalsBlocked {
public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

private:
  sigset_t before_{};
};

} // namespace

IoThreads::IoThreads(std::size_t count, std::function<void(std::exception_ptr)> on_exception)
    : on_exception_(std::move(on_exception)) {
  if (count == 0) throw std::logic_error("at least one I/O thread is needed");
  for (std::size_t i = 0; i < count; ++i) threads_.push_back(std::make_unique<Thread>());
}

IoThreads::~IoThreads() {
  stop();
}

std::size_t IoThreads::size() const {
  return threads_.size();
}

Executor IoThreads::executor(std::size_t thread) const {
  return threads_.at(thread)->context.get_executor();
}

std::vector<Executor> IoThreads::executors() const {
  std::vector<Executor> all;
  for (const auto& thread : threads_) all.emplace_back(thread->context.get_executor());
  return all;
}

IoThreads::Slot::Slot(std::atomic<std::size_t>& count, std::size_t thread)
    : count_(&count), thread_(thread) {
  ++*count_;
}

IoThreads::Slot::Slot(Slot&& other) noexcept
    : count_(std::exchange(other.count_, nullptr)), thread_(other.thread_) {}

IoThreads::Slot& IoThreads::Slot::operator=(Slot&& other) noexcept {
  std::swap(count_, other.count_);
  std::swap(thread_, other.thread_);
  return *this;
}

IoThreads::Slot::~Slot() {
  if (count_ != nullptr) --*count_;
}

IoThreads::Slot IoThreads::least_loaded() {
  std::size_t best = 0;
  for (std::size_t i = 1; i < threads_.size(); ++i)
    if (threads_[i]->connections < threads_[best]->connections) best = i;
  return Slot(threads_[best]->connections, best);
}

void IoThreads::start() {
  const AllSignalsBlocked blocked;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Thread& thread = *threads_[i];
    thread.thread = std::thread([this, &thread] { thread.run(on_exception_); });
    pthread_setname_np(thread.thread.native_handle(), ("io-" + std::to_string(i)).c_str());
  }
}

void IoThreads::stop() {
  for (const auto& thread : threads_) thread->context.stop();
  for (const auto& thread : threads_)
    if (thread->thread.joinable()) thread->thread.join();
}

} // namespace mox::async
