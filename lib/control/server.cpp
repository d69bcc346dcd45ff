#include "control/server.h"

#include "control/failure.h"
#include "control/frame_stream.h"
#include "control/hello.h"
#include "control/server_streams.h"

#include <fmt/format.h>

#include <exception>
#include <optional>

namespace mox::control {

namespace {

constexpr std::chrono::seconds goodbye{2};
// A client that has not heard the result yet has that much under way.
constexpr std::size_t max_unwanted_input = 1 << 20;

std::unexpected<Error> because(std::string_view what, const Error& error) {
  return failure(error.kind, fmt::format("{}: {}", what, error.text));
}

class Conversation {
public:
  Conversation(net::Connection& connection, const Handler& handler, const ServerOptions& options,
               const Clock& clock, async::Event& stop)
      : connection_(connection), handler_(handler), options_(options), clock_(clock), stop_(stop) {}

  async::Task<Result<>> run() {
    auto ended = co_await converse();
    // Nothing is on its way behind a result that was told; what was refused may be followed by
    // more.
    if (ended && !exception_)
      connection_.close();
    else
      co_await connection_.close_gently(in(goodbye));
    if (exception_) std::rethrow_exception(exception_);
    co_return ended;
  }

private:
  net::Deadline in(std::chrono::seconds time) const { return clock_.steady() + time; }

  async::Task<Result<>> converse() {
    MOX_CO_TRY(co_await greet());
    while (true) {
      MOX_CO_TRY_ASSIGN(another, co_await wait_for_request());
      if (!another) co_return ok();
      auto request = co_await read_request();
      if (!request) {
        co_await refuse(request.error());
        co_return failure(std::move(request).error());
      }
      MOX_CO_TRY(co_await answer(*request));
    }
  }

  async::Task<Result<>> greet() {
    const auto deadline = in(options_.hello);
    const auto hello = print_hello();
    MOX_CO_TRY(co_await connection_.write(hello, deadline));
    const auto line = co_await connection_.read_line(max_hello, false, deadline);
    if (!line && line.error().kind != ErrorKind::invalid)
      co_return because("no hello", line.error());
    MOX_CO_TRY_ASSIGN(version, parse_hello(line.value_or("")));
    co_return check_version(version, "the client", "this daemon");
  }

  // False when there will be none.
  async::Task<Result<bool>> wait_for_request() {
    if (exception_ || stop_.take()) co_return false;
    const auto wake = co_await connection_.wait_readable_or(stop_, in(options_.idle));
    if (wake != net::Wake::readable) co_return false;
    const auto first = co_await connection_.read_some(1, in(options_.request));
    if (!first && first.error().kind == ErrorKind::closed) co_return false;
    if (!first) co_return failure(first.error());
    connection_.unread(1);
    co_return true;
  }

  async::Task<Result<Request>> read_request() {
    const auto deadline = in(options_.request);
    RequestParser parser(options_.limits);
    bool complete = false;
    while (!complete) {
      const auto head = co_await read_head(connection_, deadline);
      if (!head) co_return because("a request that is not complete", head.error());
      const auto payload = co_await read_payload(connection_, *head, deadline);
      if (!payload) co_return because("a request that is not complete", payload.error());
      MOX_CO_TRY_ASSIGN(last, parser.add(head->type, *payload));
      complete = last;
    }
    co_return parser.take();
  }

  async::Task<Result<>> answer(const Request& request) {
    ServerSource source(connection_, clock_, options_.input);
    ServerSink sink(connection_, clock_, options_.output);
    Call call{
        .request = request, .peer = connection_.credentials(), .source = source, .sink = sink};
    const auto result = co_await handle(call);
    const auto told = co_await tell(result);
    if (!told) {
      const auto what = fmt::format("nobody heard the result of \"{}\" ({})", request.command,
                                    result ? "done" : result.error().text);
      co_return because(what, told.error());
    }
    if (exception_) co_return ok();
    const auto skipped = co_await source.skip(max_unwanted_input, in(options_.request));
    if (!skipped) {
      const auto what = fmt::format("behind the result of \"{}\"", request.command);
      co_return because(what, skipped.error());
    }
    co_return ok();
  }

  async::Task<Result<>> handle(Call& call) {
    try {
      co_return co_await handler_(call);
    } catch (...) {
      exception_ = std::current_exception();
    }
    co_return failure(ErrorKind::io, "an internal error, which the log tells more of");
  }

  async::Task<Result<>> tell(const Result<>& result) {
    const auto deadline = in(options_.output);
    if (result) co_return co_await write_frame(connection_, FrameType::done, {}, deadline);
    const auto payload = print_failure(result.error());
    co_return co_await write_frame(connection_, FrameType::failed, payload, deadline);
  }

  // Best effort: the client may be gone.
  async::Task<> refuse(const Error& error) {
    const Result<> result = failure(error);
    const auto told = co_await tell(result);
    static_cast<void>(told);
  }

  net::Connection& connection_;
  const Handler& handler_;
  const ServerOptions& options_;
  const Clock& clock_;
  async::Event& stop_;
  std::exception_ptr exception_;
};

} // namespace

async::Task<Result<>> serve(net::Connection& connection, const Handler& handler,
                            ServerOptions options, const Clock& clock, async::Event& stop) {
  Conversation conversation(connection, handler, options, clock, stop);
  co_return co_await conversation.run();
}

} // namespace mox::control
