#include "async/suspension.h"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace mox::async {

namespace asio = boost::asio;

// All suspensions of one io_context: a coroutine owns the object that holds its own handler, a
// cycle that only the destruction of the context breaks.
class Suspensions final : public asio::execution_context::service {
public:
  using key_type = Suspensions;
  static asio::execution_context::id id;

  explicit Suspensions(asio::execution_context& context)
      : asio::execution_context::service(context) {}

  void add(Suspension& suspension) {
    suspension.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &suspension;
    first_ = &suspension;
  }

  void remove(Suspension& suspension) {
    if (suspension.previous_ != nullptr)
      suspension.previous_->next_ = suspension.next_;
    else if (first_ == &suspension)
      first_ = suspension.next_;
    if (suspension.next_ != nullptr) suspension.next_->previous_ = suspension.previous_;
    suspension.next_ = suspension.previous_ = nullptr;
  }

private:
  void shutdown() override {
    while (first_ != nullptr) {
      Suspension& suspension = *first_;
      remove(suspension);
      auto dropped = std::move(suspension.resume_);
    }
  }

  Suspension* first_ = nullptr;
};

asio::execution_context::id Suspensions::id;

Suspension::Suspension(const Executor& executor)
    : owner_(asio::use_service<Suspensions>(asio::query(executor, asio::execution::context))) {
  owner_.add(*this);
}

Suspension::~Suspension() {
  owner_.remove(*this);
}

Task<int> Suspension::suspend() {
  auto start = [](auto handler, Suspension* here) { here->resume_ = std::move(handler); };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(int)>(start, asio::use_awaitable,
                                                                        this);
}

bool Suspension::resume(int value) {
  if (!resume_) return false;
  auto handler = std::exchange(resume_, nullptr);
  handler(value);
  return true;
}

bool Suspension::post(const Executor& executor, int value) {
  if (!resume_) return false;
  asio::post(executor,
             [handler = std::exchange(resume_, nullptr), value]() mutable { handler(value); });
  return true;
}

} // namespace mox::async
