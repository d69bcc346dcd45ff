#include "net/connection_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace mox::net {

using tls::Status;
using tls::Step;

namespace {

// A step moves some 16 KiB, so this is about a millisecond.
constexpr unsigned max_steps_in_a_row = 32;

} // namespace

Connection::State::State(std::unique_ptr<Transport> over)
    : transport(std::move(over)), reading(transport->executor()), writing(transport->executor()),
      timer_(transport->executor()) {}

bool Connection::State::must_yield() {
  if (++steps_ < max_steps_in_a_row) return false;
  steps_ = 0;
  return true;
}

Step Connection::State::probe() {
  if (is_closed) return {Status::end};
  char byte = 0;
  return tls ? tls->stream.peek({&byte, 1}) : transport->peek({&byte, 1});
}

void Connection::State::watch(Direction direction) {
  if (std::exchange(watching_[static_cast<std::size_t>(direction)], true)) return;
  transport->when_ready(direction, shared_from_this());
}

// The timer stays armed from one wait to the next: a session that reads command after command, each
// with a deadline minutes away, would otherwise spend more on timers than on reading.
void Connection::State::arm(Deadline deadline) {
  if (deadline >= timer_at_) return;
  timer_at_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([self = shared_from_this(), number = ++timer_number_](auto error) {
    if (!error && number == self->timer_number_) self->on_timer();
  });
}

void Connection::State::on_timer() {
  timer_at_ = Deadline::max();
  const auto now = Deadline::clock::now();
  for (Waiter* waiter : {&reading, &writing}) {
    if (!waiter->suspension.suspended()) continue;
    if (waiter->deadline > now)
      arm(waiter->deadline);
    else
      waiter->suspension.resume(timed_out);
  }
}

async::Task<int> Connection::State::wait(Waiter& waiter, Status wanted, Deadline deadline) {
  steps_ = 0;
  waiter.direction = wanted == Status::want_write ? Direction::write : Direction::read;
  waiter.deadline = deadline;
  watch(waiter.direction);
  arm(deadline);
  return waiter.suspension.suspend();
}

void Connection::State::on_ready(Direction direction) {
  watching_[static_cast<std::size_t>(direction)] = false;
  for (Waiter* waiter : {&reading, &writing})
    if (waiter->direction == direction) waiter->suspension.resume(ready);
}

void Connection::State::on_notify() {
  reading.suspension.post(transport->executor(), notified);
}

void Connection::State::close() {
  if (std::exchange(is_closed, true)) return;
  timer_.cancel();
  timer_at_ = Deadline::max();
  transport->close();
  reading.suspension.post(transport->executor(), closed);
  writing.suspension.post(transport->executor(), closed);
}

std::unexpected<Error> Connection::State::wait_failure(int end, std::string_view doing) const {
  const auto peer = transport->peer_name();
  if (end == timed_out)
    return failure(ErrorKind::timeout, fmt::format("{} {}: timeout", doing, peer));
  return failure(ErrorKind::closed, fmt::format("{} {}: closed here", doing, peer));
}

std::unexpected<Error> Connection::State::step_failure(const Step& step,
                                                       std::string_view doing) const {
  const auto what = fmt::format("{} {}", doing, transport->peer_name());
  if (is_closed) return wait_failure(closed, doing);
  if (step.status == Status::end)
    return failure(ErrorKind::closed, what + ": the peer closed the connection");
  if (step.error_number != 0) return failure(system_error(what, step.error_number));
  return failure(ErrorKind::io, fmt::format("{}: {}", what, tls ? tls->stream.error() : "failed"));
}

} // namespace mox::net
