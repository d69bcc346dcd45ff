#include "async/event.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mox::async {

namespace asio = boost::asio;

namespace {

// Ends the wait of its timer.
class Alarm final : public Event::Listener {
public:
  Alarm(const Executor& executor, SteadyTime deadline) : timer_(executor, deadline) {}

  void on_notify() override { timer_.cancel(); }

  auto wait() { return timer_.async_wait(asio::as_tuple(asio::use_awaitable)); }

private:
  asio::steady_timer timer_;
};

// Detaches also when the waiting coroutine is destroyed.
struct Attached {
  Attached(Event& to, Event::Listener& listener) : event(to) { event.attach(&listener); }

  ~Attached() { event.attach(nullptr); }

  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  Event& event;
};

} // namespace

void Event::notify() {
  notified_ = true;
  if (listener_ != nullptr) listener_->on_notify();
}

Task<bool> Event::wait(SteadyTime deadline) {
  if (take()) co_return true;
  const auto executor = co_await asio::this_coro::executor;
  Alarm alarm(executor, deadline);
  const Attached attached(*this, alarm);
  co_await alarm.wait();
  co_return take();
}

} // namespace mox::async
