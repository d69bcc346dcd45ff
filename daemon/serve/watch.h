// Looks every second whether domains.toml has changed.
#pragma once

#include "admin/configuration.h"
#include "log/logger.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mox::serve {

class Watch {
public:
  // Both must outlive it.
  Watch(admin::Configuration& configuration, log::Logger& log);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

private:
  void run();

  admin::Configuration& configuration_;
  log::Logger& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

} // namespace mox::serve
