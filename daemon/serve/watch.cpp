#include "serve/watch.h"

#include <chrono>

namespace mox::serve {

namespace {

constexpr std::chrono::seconds period{1};

} // namespace

Watch::Watch(admin::Configuration& configuration, log::Logger& log)
    : configuration_(configuration), log_(log), thread_([this] { run(); }) {}

Watch::~Watch() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watch::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, period, [this] { return stop_; })) {
    lock.unlock();
    const auto read = configuration_.reload_if_changed();
    if (!read)
      log_.error("serve", "domains.toml has changed, and is not used",
                 {{"err", read.error().text}});
    else if (*read)
      log_.info("serve", "domains.toml has changed, and is in use");
    lock.lock();
  }
}

} // namespace mox::serve
