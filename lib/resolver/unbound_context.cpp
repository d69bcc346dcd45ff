#include "resolver/unbound_context.h"

#include "async/handoff.h"
#include "file/file.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <csignal>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace mox::resolver {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Questions that are under way at once.
constexpr std::size_t pending_limit = 4096;

// A thread that is started meanwhile gets no signals: they are for those who wait for them.
class SignalsBlocked {
public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
  sigset_t before_{};
};

Error unbound_error(const char* what, int code) {
  return {ErrorKind::temporary, fmt::format("{}: {}", what, ub_strerror(code))};
}

// "192.0.2.1@53", as libunbound has it.
std::string unbound_address(const net::Endpoint& endpoint) {
  return fmt::format("{}@{}", endpoint.address.to_string(), endpoint.port);
}

} // namespace

// One question. The library's callback and the deadline race to be the first to end it.
struct UnboundContext::Pending {
  std::mutex mutex;
  async::Resume resume;
  bool ended = false;
  Result<UnboundResult> result = failure(ErrorKind::timeout, "no answer in time");
  int id = 0; // of libunbound; guarded by the mutex of the tickets

  void end(Result<UnboundResult> with) {
    async::Resume to_resume;
    {
      const std::lock_guard lock(mutex);
      if (std::exchange(ended, true)) return;
      result = std::move(with);
      to_resume = std::move(resume);
    }
    if (to_resume) to_resume();
  }
};

// What the library's callback gets. It stays until the callback has come, or cannot come any more.
struct UnboundContext::Tickets {
  struct Ticket {
    UnboundContext* context;
    std::shared_ptr<Pending> pending;
  };

  std::mutex mutex;
  std::unordered_map<const Pending*, std::unique_ptr<Ticket>> all;
  bool started = false; // the library's thread

  std::unique_ptr<Ticket> take(const Pending* pending) {
    const std::lock_guard lock(mutex);
    const auto found = all.find(pending);
    if (found == all.end()) return nullptr;
    auto ticket = std::move(found->second);
    all.erase(found);
    return ticket;
  }
};

// Waits for the library's descriptor.
struct UnboundContext::Watch {
  asio::posix::stream_descriptor descriptor;

  explicit Watch(const async::Executor& executor) : descriptor(executor) {}

  void next(const std::shared_ptr<UnboundContext>& context) {
    descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                          [context](const error_code& error) {
                            if (error || !context->watch_) return;
                            ub_process(context->context_.get());
                            if (context->watch_) context->watch_->next(context);
                          });
  }
};

UnboundContext::UnboundContext(async::Executor home)
    : home_(std::move(home)), tickets_(std::make_unique<Tickets>()) {}

UnboundContext::~UnboundContext() {
  close();
}

Result<std::shared_ptr<UnboundContext>>
UnboundContext::make(const ValidatingResolver::Options& options, const async::Executor& home) {
  std::shared_ptr<UnboundContext> context(new UnboundContext(home));
  MOX_TRY(context->start(options));
  return context;
}

Result<> UnboundContext::set_option(const char* name, const char* value) {
  const int code = ub_ctx_set_option(context_.get(), name, value);
  return code == 0 ? ok() : failure(unbound_error(name, code));
}

// The library's defaults are for one question at a time.
Result<> UnboundContext::set_sizes() {
  MOX_TRY(set_option("outgoing-range:", "256"));
  MOX_TRY(set_option("num-queries-per-thread:", "1024"));
  MOX_TRY(set_option("outgoing-num-tcp:", "32"));
  MOX_TRY(set_option("msg-cache-size:", "4m"));
  MOX_TRY(set_option("rrset-cache-size:", "8m"));
  MOX_TRY(set_option("key-cache-size:", "1m"));
  // A failure is looked at again soon: a zone may be mended, a clock set.
  return set_option("val-bogus-ttl:", "10");
}

Result<> UnboundContext::set_anchors(const ValidatingResolver::Options& options) {
  const auto& state = options.anchor_state;
  if (state.empty()) {
    for (const auto& anchor : options.anchors)
      if (const int code = ub_ctx_add_ta(context_.get(), anchor.ds.c_str()); code != 0)
        return failure(unbound_error("trust anchor", code));
    return ok();
  }
  std::string text;
  for (const auto& anchor : options.anchors) text += anchor.ds + '\n';
  // One that is there goes on.
  if (const auto made = file::open(state, file::Access::create)) {
    MOX_TRY(file::write_at(*made, 0, text));
    MOX_TRY(file::sync(*made));
  } else if (made.error().kind != ErrorKind::exists) {
    return failure(made.error());
  }
  if (const int code = ub_ctx_add_ta_autr(context_.get(), state.c_str()); code != 0)
    return failure(unbound_error("state of trust anchors", code));
  return ok();
}

Result<> UnboundContext::set_forwarding(const net::Endpoint& server) {
  // Addresses of a network of one's own have names only there.
  MOX_TRY(set_option("unblock-lan-zones:", "yes"));
  if (server.address.is_loopback()) MOX_TRY(set_option("do-not-query-localhost:", "no"));
  if (const int code = ub_ctx_set_fwd(context_.get(), unbound_address(server).c_str()); code != 0)
    return failure(unbound_error("name server to ask", code));
  return ok();
}

Result<> UnboundContext::start(const ValidatingResolver::Options& options) {
  context_.reset(ub_ctx_create());
  if (!context_)
    return failure(ErrorKind::temporary, "the validating resolver cannot start: no memory");
  if (const int code = ub_ctx_async(context_.get(), 1); code != 0)
    return failure(unbound_error("threads of the validating resolver", code));
  MOX_TRY(set_sizes());
  MOX_TRY(set_anchors(options));
  if (options.forward_to) MOX_TRY(set_forwarding(*options.forward_to));
  watch_ = std::make_unique<Watch>(home_);
  error_code error;
  watch_->descriptor.assign(ub_fd(context_.get()), error);
  if (error) return failure(ErrorKind::temporary, "validating resolver: " + error.message());
  watch_->next(shared_from_this());
  return ok();
}

void UnboundContext::close() {
  // The descriptor is the library's to close.
  if (const auto watch = std::exchange(watch_, nullptr); watch && watch->descriptor.is_open())
    watch->descriptor.release();
  context_.reset();
}

void UnboundContext::on_result(void* data, int error, ub_result* result) {
  UnboundResult owned(result);
  const auto* ticket = static_cast<Tickets::Ticket*>(data);
  const auto pending = ticket->pending;
  const auto taken = ticket->context->tickets_->take(pending.get());
  if (error != 0 || !owned)
    pending->end(failure(unbound_error("validating resolver", error)));
  else
    pending->end(std::move(owned));
}

// On any thread. The callback comes later, on the home thread.
void UnboundContext::begin(const std::shared_ptr<Pending>& pending, const std::string& name,
                           int type) {
  constexpr int class_in = 1;
  auto ticket = std::make_unique<Tickets::Ticket>(this, pending);
  const std::unique_lock lock(tickets_->mutex);
  if (tickets_->all.size() >= pending_limit)
    return pending->end(failure(ErrorKind::temporary, "too many questions at once"));
  std::optional<SignalsBlocked> blocked;
  if (!std::exchange(tickets_->started, true)) blocked.emplace();
  int id = 0;
  const int code =
      ub_resolve_async(context_.get(), name.c_str(), type, class_in, ticket.get(), on_result, &id);
  if (code != 0) return pending->end(failure(unbound_error("validating resolver", code)));
  pending->id = id;
  tickets_->all.emplace(pending.get(), std::move(ticket));
}

// On the home thread, where callbacks are made too: none is under way.
void UnboundContext::forget(const std::shared_ptr<Pending>& pending) {
  if (!context_) return;
  if (const auto ticket = tickets_->take(pending.get())) ub_cancel(context_.get(), pending->id);
}

async::Task<Result<UnboundResult>> UnboundContext::resolve(std::string name, int type,
                                                           SteadyTime deadline) {
  const auto self = shared_from_this();
  const auto executor = co_await asio::this_coro::executor;
  const auto pending = std::make_shared<Pending>();
  asio::steady_timer timer(executor, deadline);
  timer.async_wait([self, pending](const error_code& error) {
    if (error) return;
    pending->end(failure(ErrorKind::timeout, "no answer in time"));
    async::post(self->home_, [self, pending] { self->forget(pending); });
  });
  co_await async::hand_off([&](async::Resume resume) {
    {
      const std::lock_guard lock(pending->mutex);
      pending->resume = std::move(resume);
    }
    self->begin(pending, name, type);
  });
  timer.cancel();
  co_return std::move(pending->result);
}

} // namespace mox::resolver
