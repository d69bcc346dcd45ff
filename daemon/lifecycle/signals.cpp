#include "lifecycle/signals.h"

#include <initializer_list>
#include <pthread.h>
#include <unistd.h>

namespace mox::lifecycle {

namespace {

constexpr int failure_signal = SIGUSR1;
constexpr int stop_signal = SIGUSR2;

} // namespace

Signals::Signals() {
  sigemptyset(&signals_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, failure_signal, stop_signal})
    sigaddset(&signals_, number);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

Signals::Heard Signals::wait() const {
  int number = 0;
  while (sigwait(&signals_, &number) != 0) {
  }
  switch (number) {
  case SIGHUP: return {.what = What::reload, .number = number};
  case failure_signal: return {.what = What::failed, .number = number};
  case stop_signal: return {.what = What::asked_to_stop, .number = number};
  default: return {.what = What::stop, .number = number};
  }
}

void Signals::fail() {
  kill(getpid(), failure_signal);
}

void Signals::stop() {
  kill(getpid(), stop_signal);
}

} // namespace mox::lifecycle
