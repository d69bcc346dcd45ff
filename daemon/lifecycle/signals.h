// The signals that a server answers to, blocked in every thread and waited for in one.
#pragma once

#include <csignal>

namespace mox::lifecycle {

class Signals {
public:
  // Before the first thread starts, so that all inherit the mask.
  Signals();

  enum class What : unsigned char { stop, reload, failed, asked_to_stop };

  struct Heard {
    What what = What::stop;
    int number = 0; // of the signal
  };

  // SIGINT and SIGTERM stop, SIGHUP reloads.
  Heard wait() const;

  // From any thread: the server cannot go on.
  static void fail();
  // From any thread: an administrator asked it to stop.
  static void stop();

private:
  sigset_t signals_{};
};

} // namespace mox::lifecycle
