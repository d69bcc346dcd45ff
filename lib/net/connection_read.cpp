#include "async/sleep.h"
#include "net/connection_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::net {

using tls::Status;
using tls::Step;

namespace {

constexpr std::string_view reading_from = "read from";
// More in one call would only leave the processor's caches.
constexpr std::size_t most_at_once = 65536;

} // namespace

async::Task<Result<>> Connection::State::fill(std::size_t total, Deadline deadline) {
  if (must_yield()) co_await async::yield();
  while (!is_closed) {
    const auto room = buffer.room(total);
    const Step step = receive(room);
    if (step.status == Status::done) {
      buffer.add(step.size);
      co_return ok();
    }
    buffer.release();
    if (step.status != Status::want_read && step.status != Status::want_write)
      co_return step_failure(step, reading_from);
    const int end = co_await wait(reading, step.status, deadline);
    if (end != ready) co_return wait_failure(end, reading_from);
  }
  co_return wait_failure(closed, reading_from);
}

async::Task<Result<std::string_view>> Connection::read_line(std::size_t max, bool strict,
                                                            Deadline deadline) {
  State& state = *state_;
  state.strict_lines = strict;
  while (true) {
    if (const auto line = state.buffer.take_line(max, strict)) co_return *line;
    if (state.buffer.bytes().size() >= max)
      co_return failure(ErrorKind::invalid, fmt::format("line of more than {} bytes", max));
    const std::size_t total = std::min(max, 2 * state.buffer.bytes().size());
    MOX_CO_TRY(co_await state.fill(total, deadline));
  }
}

async::Task<Result<>> Connection::skip_line(std::size_t max, bool strict, Deadline deadline) {
  State& state = *state_;
  std::size_t skipped = 0;
  while (true) {
    if (state.buffer.take_line(std::string_view::npos, strict)) co_return ok();
    const std::size_t size = state.buffer.bytes().size();
    // A CR at the end may be half of a line end.
    const std::size_t keep = state.buffer.bytes().ends_with('\r') ? 1 : 0;
    skipped += state.buffer.take(size - keep).size();
    if (skipped > max)
      co_return failure(ErrorKind::invalid, fmt::format("line of more than {} bytes", max));
    MOX_CO_TRY(co_await state.fill(0, deadline));
  }
}

async::Task<Result<std::string_view>> Connection::read_some(std::size_t max, Deadline deadline) {
  State& state = *state_;
  if (state.buffer.empty()) {
    MOX_CO_TRY(co_await state.fill(std::min(max, most_at_once), deadline));
  }
  co_return state.buffer.take(max);
}

async::Task<Result<>> Connection::read_exact(std::span<char> into, Deadline deadline) {
  State& state = *state_;
  while (!into.empty()) {
    if (state.buffer.empty()) {
      MOX_CO_TRY(co_await state.fill(std::min(into.size(), most_at_once), deadline));
    }
    const auto bytes = state.buffer.take(into.size());
    std::ranges::copy(bytes, into.begin());
    into = into.subspan(bytes.size());
  }
  co_return ok();
}

bool Connection::has_buffered_line() const {
  return state_->buffer.has_line(state_->strict_lines);
}

std::string_view Connection::buffered() const {
  return state_->buffer.bytes();
}

void Connection::unread(std::size_t size) {
  state_->buffer.unread(size);
}

async::Task<Result<>> Connection::wait_readable(Deadline deadline) {
  State& state = *state_;
  while (state.buffer.empty()) {
    const Step step = state.probe();
    if (step.status != Status::want_read && step.status != Status::want_write) break;
    state.buffer.release();
    const int end = co_await state.wait(state.reading, step.status, deadline);
    if (end == State::timed_out) co_return state.wait_failure(end, reading_from);
  }
  co_return ok();
}

namespace {

// Detaches also when the waiting coroutine is destroyed.
class Attached {
public:
  Attached(async::Event& event, async::Event::Listener& listener) : event_(event) {
    event_.attach(&listener);
  }

  ~Attached() { event_.attach(nullptr); }

  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

private:
  async::Event& event_;
};

} // namespace

async::Task<Wake> Connection::wait_readable_or(async::Event& event, Deadline deadline) {
  State& state = *state_;
  while (state.buffer.empty()) {
    const Step step = state.probe();
    if (step.status != Status::want_read && step.status != Status::want_write) break;
    if (event.take()) co_return Wake::notified;
    state.buffer.release();
    const Attached attached(event, state);
    const int end = co_await state.wait(state.reading, step.status, deadline);
    if (end == State::timed_out) co_return Wake::timeout;
    if (event.take()) co_return Wake::notified;
  }
  co_return Wake::readable;
}

} // namespace mox::net
