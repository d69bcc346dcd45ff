#include "net/patient_wait.h"

namespace mox::net {

PatientWait::PatientWait(Connection& connection, async::Event& event, async::Event& stop)
    : connection_(connection), event_(event), stop_(stop), forward_(event) {
  stop_.attach(&forward_);
}

PatientWait::~PatientWait() {
  stop_.attach(nullptr);
}

async::Task<bool> PatientWait::is_there(Deadline deadline) {
  const auto bytes = co_await connection_.read_some(1, deadline);
  if (!bytes) co_return false;
  connection_.unread(bytes->size());
  co_return true;
}

async::Task<PatientWait::End> PatientWait::wait(Deadline deadline) {
  while (!stop_.notified()) {
    if (!watched_) {
      const bool notified = co_await event_.wait(deadline);
      if (!notified) co_return End::timed_out;
      break;
    }
    const auto wake = co_await connection_.wait_readable_or(event_, deadline);
    if (wake == Wake::timeout) co_return End::timed_out;
    if (wake == Wake::notified) break;
    // A further request that is here already would end every wait at once.
    watched_ = false;
    const bool there = co_await is_there(deadline);
    if (!there) co_return End::gone;
  }
  co_return stop_.notified() ? End::stopping : End::notified;
}

} // namespace mox::net
