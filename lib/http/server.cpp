#include "http/server.h"

#include "async/event.h"
#include "http/body_source.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <exception>
#include <stdexcept>

namespace mox::http {

namespace {

constexpr std::chrono::seconds goodbye{2};
// Larger bodies are sent behind their head instead of being copied to it.
constexpr std::size_t small_body = 16384;

// IMF-fixdate of RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(WallTime now) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(std::chrono::weekday(day).c_encoding()),
      static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

bool breaks_lines(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// RFC 9110 sections 15.3.5 and 15.4.5.
bool has_no_body(unsigned status) {
  return status == 204 || status == 304;
}

// One chunk, the last one when it is empty (RFC 9112 section 7.1).
std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

class Conversation {
public:
  Conversation(net::Connection& connection, const Handler& handler, const Options& options,
               const Clock& clock, async::Event& stop)
      : connection_(connection), handler_(handler), options_(options), clock_(clock), stop_(stop) {}

  async::Task<> run() {
    while (!stopping_) {
      const auto wake = co_await connection_.wait_readable_or(stop_, in(options_.idle));
      if (wake != net::Wake::readable) break;
      RequestParser parser(options_.limits);
      const bool complete = co_await read(parser);
      if (!complete) break;
      const bool again = co_await answer(parser.take());
      if (!again) break;
      stopping_ = stopping_ || stop_.take();
    }
    co_await connection_.close_gently(in(goodbye));
    if (exception_) std::rethrow_exception(exception_);
  }

private:
  net::Deadline in(std::chrono::seconds time) const { return clock_.steady() + time; }

  // False when the conversation is over; the peer was told why if it is there to hear it.
  async::Task<bool> read(RequestParser& parser) {
    const auto deadline = in(options_.request);
    while (!parser.complete()) {
      const auto bytes = co_await connection_.read_some(small_body, deadline);
      if (!bytes) {
        if (bytes.error().kind == ErrorKind::timeout && parser.started())
          co_await refuse({408, "the request took too long"});
        co_return false;
      }
      const std::size_t size = bytes->size();
      const auto used = parser.feed(*bytes);
      if (!used) {
        co_await refuse(used.error());
        co_return false;
      }
      connection_.unread(size - *used);
      if (parser.take_expect_continue()) {
        std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto sent = co_await connection_.write(go_on, in(options_.response));
        if (!sent) co_return false;
      }
    }
    co_return true;
  }

  async::Task<> refuse(Refusal refusal) {
    const auto response = options_.refusal(refusal);
    co_await send(response, false, true);
  }

  // Whether another request may follow.
  async::Task<bool> answer(Request request) {
    request.peer = connection_.peer();
    request.tls = connection_.tls() != nullptr;
    const auto response = co_await handle(request);
    const auto framing = framing_of(response, request.version);
    const bool keep_alive = request.keep_alive && framing != Framing::close && !response.close &&
                            !exception_ && !stop_.notified();
    const bool with_body = request.method != "HEAD" && !has_no_body(response.status);
    bool again = false;
    if (response.source)
      again = co_await send_source(response, framing, keep_alive, with_body);
    else
      again = co_await send(response, keep_alive, with_body);
    again = again && keep_alive;
    co_return again;
  }

  async::Task<Response> handle(const Request& request) {
    try {
      co_return co_await handler_(request);
    } catch (...) {
      exception_ = std::current_exception();
    }
    co_return options_.refusal({500, "internal error"});
  }

  async::Task<bool> send(const Response& response, bool keep_alive, bool with_body) {
    const auto deadline = in(options_.response);
    auto head = print_head(response, Framing::length, keep_alive, clock_.wall());
    const bool body = with_body && !response.body.empty();
    const bool together = body && response.body.size() <= small_body;
    if (together) head += response.body;
    auto sent = co_await connection_.write(head, deadline);
    if (sent && body && !together) sent = co_await connection_.write(response.body, deadline);
    co_return sent.has_value();
  }

  async::Task<bool> send_source(const Response& response, Framing framing, bool keep_alive,
                                bool with_body) {
    const auto head = print_head(response, framing, keep_alive, clock_.wall());
    auto sent = co_await connection_.write(head, in(options_.response));
    bool more = sent && with_body;
    std::uint64_t size = 0;
    while (more) {
      const auto piece = co_await next_piece(*response.source);
      if (!piece) co_return false;
      size += piece->size();
      more = !piece->empty();
      // Another length than was announced would make the next response part of this one.
      const auto announced = response.source->size();
      if (announced && (size > *announced || (!more && size < *announced))) co_return false;
      const auto framed = framing == Framing::chunks ? chunk(*piece) : std::string();
      const auto bytes = framing == Framing::chunks ? std::string_view(framed) : *piece;
      sent = co_await connection_.write(bytes, in(options_.response));
      more = more && sent;
    }
    co_return sent.has_value();
  }

  async::Task<Result<std::string_view>> next_piece(BodySource& source) {
    try {
      co_return co_await source.next();
    } catch (...) {
      exception_ = std::current_exception();
    }
    co_return failure(ErrorKind::io, "the body could not be made");
  }

  net::Connection& connection_;
  const Handler& handler_;
  const Options& options_;
  const Clock& clock_;
  async::Event& stop_;
  bool stopping_ = false;
  std::exception_ptr exception_;
};

} // namespace

Response plain_refusal(const Refusal& refusal) {
  return Response::text(refusal.status, refusal.text + "\n");
}

Framing framing_of(const Response& response, unsigned version) {
  if (!response.source || response.source->size()) return Framing::length;
  return version >= 11 ? Framing::chunks : Framing::close;
}

std::string print_head(const Response& response, Framing framing, bool keep_alive, WallTime now) {
  auto head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                          reason(response.status), http_date(now));
  for (const auto& field : response.fields.all()) {
    if (breaks_lines(field.name) || breaks_lines(field.value))
      throw std::logic_error("a line end in an HTTP field");
    head += fmt::format("{}: {}\r\n", field.name, field.value);
  }
  if (framing == Framing::chunks) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (framing == Framing::length && !has_no_body(response.status)) {
    const std::uint64_t size =
        response.source ? response.source->size().value() : response.body.size();
    head += fmt::format("Content-Length: {}\r\n", size);
  }
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

async::Task<> serve(net::Connection& connection, const Handler& handler, Options options,
                    const Clock& clock, async::Event& stop) {
  Conversation conversation(connection, handler, options, clock, stop);
  co_await conversation.run();
}

} // namespace mox::http
