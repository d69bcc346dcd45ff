#include "async/event.h"
#include "async/sleep.h"
#include "http/body_source.h"
#include "http/server.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using http::Request;
using http::Response;

namespace {

// A body of pieces.
class Pieces final : public http::BodySource {
public:
  enum class End : unsigned char { good, failure, exception };

  Pieces(std::vector<std::string> pieces, std::optional<std::uint64_t> size, End end = End::good)
      : pieces_(std::move(pieces)), size_(size), end_(end) {}

  std::optional<std::uint64_t> size() const override { return size_; }

  Task<Result<std::string_view>> next() override {
    if (at_ < pieces_.size()) co_return std::string_view(pieces_[at_++]);
    if (end_ == End::failure) co_return failure(ErrorKind::io, "broken");
    if (end_ == End::exception) throw std::runtime_error("a bug");
    co_return std::string_view();
  }

private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> size_;
  End end_;
  std::size_t at_ = 0;
};

Response of_pieces(std::vector<std::string> pieces, std::optional<std::uint64_t> size,
                   Pieces::End end = Pieces::End::good) {
  return {.fields = {{"Content-Type", "text/plain; charset=utf-8"}},
          .source = std::make_shared<Pieces>(std::move(pieces), size, end)};
}

// 2026-01-01 was a Thursday.
constexpr const char* date = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";

Task<Response> echo(const Request& request) {
  if (request.path() == "/none") co_return Response{.status = 204};
  if (request.path() == "/bug") throw std::runtime_error("a bug");
  if (request.path() == "/large") co_return Response::text(200, std::string(50'000, 'l'));
  const std::vector<std::string> two = {"some", " text"};
  if (request.path() == "/sized") co_return of_pieces(two, 9);
  if (request.path() == "/chunks") co_return of_pieces(two, {});
  if (request.path() == "/short") co_return of_pieces(two, 10);
  if (request.path() == "/long") co_return of_pieces(two, 8);
  if (request.path() == "/fails") co_return of_pieces(two, {}, Pieces::End::failure);
  if (request.path() == "/throws") co_return of_pieces(two, {}, Pieces::End::exception);
  if (request.path() == "/close") co_return Response{.body = "bye", .close = true};
  co_return Response::text(200, request.method + " " + request.target + " " + request.body);
}

std::string response(const std::string& status, const std::string& body, bool close = false,
                     bool with_body = true) {
  return "HTTP/1.1 " + status + "\r\n" + date + "Content-Type: text/plain; charset=utf-8\r\n" +
         "Content-Length: " + std::to_string(body.size()) + "\r\n" +
         (close ? "Connection: close\r\n" : "") + "\r\n" + (with_body ? body : "");
}

Task<> exchange(net::Connection& client, const std::string& sent, std::string& got) {
  co_await client.write(sent, test::soon());
  while (true) {
    const auto bytes = co_await client.read_some(10'000, test::soon());
    if (!bytes) break;
    got += *bytes;
  }
  client.close();
}

struct Row {
  const char* name;
  std::string sent;
  std::string want;
};

const std::string host = "Host: a\r\n";
const std::string head =
    std::string("HTTP/1.1 200 OK\r\n") + date + "Content-Type: text/plain; charset=utf-8\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
const std::string last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const std::string last_response = response("200 OK", "GET /last ", true);

} // namespace

TEST_CASE("requests are answered in their order") {
  const Row rows[] = {
      {"one", last, last_response},
      {"two in a row", "GET /1 HTTP/1.1\r\n" + host + "\r\n" + last,
       response("200 OK", "GET /1 ") + last_response},
      {"body", "POST /p HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nhi" + last,
       response("200 OK", "POST /p hi") + last_response},
      {"HEAD has no body", "HEAD /h HTTP/1.1\r\n" + host + "\r\n" + last,
       response("200 OK", "HEAD /h ", false, false) + last_response},
      {"204 has no length", "GET /none HTTP/1.1\r\n" + host + "\r\n" + last,
       std::string("HTTP/1.1 204 No Content\r\n") + date + "\r\n" + last_response},
      {"large", "GET /large HTTP/1.1\r\n" + host + "\r\n" + last,
       response("200 OK", std::string(50'000, 'l')) + last_response},
      {"source of known size", "GET /sized HTTP/1.1\r\n" + host + "\r\n" + last,
       response("200 OK", "some text") + last_response},
      {"source in chunks", "GET /chunks HTTP/1.1\r\n" + host + "\r\n" + last,
       chunked + "4\r\nsome\r\n5\r\n text\r\n0\r\n\r\n" + last_response},
      {"source, HTTP/1.0", "GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + last,
       head + "Connection: close\r\n\r\nsome text"},
      {"source, HEAD", "HEAD /chunks HTTP/1.1\r\n" + host + "\r\n" + last, chunked + last_response},
      {"source too short", "GET /short HTTP/1.1\r\n" + host + "\r\n" + last,
       head + "Content-Length: 10\r\n\r\nsome text"},
      {"source too long", "GET /long HTTP/1.1\r\n" + host + "\r\n" + last,
       head + "Content-Length: 8\r\n\r\nsome"},
      {"source fails", "GET /fails HTTP/1.1\r\n" + host + "\r\n" + last,
       chunked + "4\r\nsome\r\n5\r\n text\r\n"},
      {"close", "GET /close HTTP/1.1\r\n" + host + "\r\n" + last,
       std::string("HTTP/1.1 200 OK\r\n") + date +
           "Content-Length: 3\r\nConnection: close\r\n\r\nbye"},
      {"continue",
       "PUT /c HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 300\r\n\r\n" +
           std::string(300, 'x') + last,
       response("200 OK", "PUT /c " + std::string(300, 'x')) + last_response},
      {"bad request", "BAD\r\n\r\n" + last, response("400 Bad Request", "bad method\n", true)},
      {"body too large", "POST / HTTP/1.1\r\n" + host + "Content-Length: 400\r\n\r\n",
       response("413 Content Too Large", "body too large\n", true)},
      {"header too large", "GET /" + std::string(20'000, 'x'),
       response("431 Request Header Fields Too Large", "header fields too large\n", true)},
  };
  for (const auto& row : rows) {
    for (const bool trickle : {false, true}) {
      if (trickle && row.sent.size() > 5'000) continue;
      CAPTURE(row.name, trickle);
      test::Loop loop;
      test::FakeClock clock;
      async::Event stop;
      auto [server, client] = net::memory_pair(loop.executor(), {.trickle = trickle});
      const http::Handler handler = echo;
      const http::Options options{.limits = {.body_bytes = 300}};
      std::string got;
      test::run_both(loop, http::serve(server, handler, options, clock, stop),
                     exchange(client, row.sent, got));
      // Byte by byte the peer is told to go on, when it is not faster than that.
      if (const auto at = got.find("HTTP/1.1 100 Continue\r\n\r\n"); at != std::string::npos) {
        CHECK(std::string(row.name) == "continue");
        CHECK(trickle);
        got.erase(at, 25);
      }
      CHECK(got == row.want);
    }
  }
}

TEST_CASE("exceptions go on to the caller; the peer gets 500, or no end") {
  struct Case {
    const char* path;
    std::string want;
  };

  const Case cases[] = {
      {"/bug", response("500 Internal Server Error", "internal error\n", true)},
      {"/throws", chunked + "4\r\nsome\r\n5\r\n text\r\n"},
  };
  const auto guarded = [](net::Connection& server, const Clock& clock, async::Event& stop,
                          std::string& heard) -> Task<> {
    const http::Handler handler = echo;
    const http::Options options;
    try {
      co_await http::serve(server, handler, options, clock, stop);
    } catch (const std::exception& error) {
      heard = error.what();
    }
  };
  for (const auto& row : cases) {
    CAPTURE(row.path);
    test::Loop loop;
    test::FakeClock clock;
    async::Event stop;
    std::string heard;
    std::string got;
    auto [server, client] = net::memory_pair(loop.executor());
    std::string sent = "GET ";
    sent.append(row.path).append(" HTTP/1.1\r\n").append(host).append("\r\n").append(last);
    test::run_both(loop, guarded(server, clock, stop, heard), exchange(client, sent, got));
    CHECK(got == row.want);
    CHECK(heard == "a bug");
  }
}

TEST_CASE("idle, slow and stopped conversations end") {
  struct Case {
    const char* name;
    std::string sent;
    std::string want;
    http::Options options;
    bool stop = false;
  };

  const Case cases[] = {
      {"idle", "", "", {.idle = 0s}},
      {"idle after a response",
       "GET /1 HTTP/1.1\r\n" + host + "\r\n",
       response("200 OK", "GET /1 "),
       {.idle = 0s}},
      {"slow",
       "GET /1 HT",
       response("408 Request Timeout", "the request took too long\n", true),
       {.request = 0s}},
      {"stopped", "", "", {}, true},
  };
  for (const auto& row : cases) {
    CAPTURE(row.name);
    test::Loop loop;
    const SystemClock clock;
    const test::FakeClock fake;
    async::Event stop;
    auto [server, client] = net::memory_pair(loop.executor());
    const http::Handler handler = echo;
    std::string got;
    const auto stops = [](async::Event& event, bool now) -> Task<> {
      co_await async::sleep_until(test::in(5ms));
      if (now) event.notify();
    };
    async::Gate gate(loop.executor(), nullptr);
    gate.spawn(exchange(client, row.sent, got));
    gate.spawn(http::serve(server, handler, row.options, clock, stop));
    gate.spawn(stops(stop, row.stop));
    loop.run(gate.close());
    const auto at = got.find("Date: ");
    if (at != std::string::npos) got.replace(at, got.find('\n', at) + 1 - at, date);
    CHECK(got == row.want);
  }
}

TEST_CASE("refusals have the form that is wanted") {
  const auto form = [](const http::Refusal& refusal) {
    return Response{.status = refusal.status, .body = "[" + refusal.text + "]"};
  };

  struct Case {
    const char* name;
    std::string sent;
    std::string want;
  };

  const Case cases[] = {
      {"before the handler", "GET / HTTP/1.1\r\n\r\n", "[not exactly one Host]"},
      {"too large", "GET /" + std::string(20'000, 'x'), "[header fields too large]"},
      {"in the handler", "GET /bug HTTP/1.1\r\n" + host + "\r\n", "[internal error]"},
  };
  const auto guarded = [](net::Connection& server, http::Options options, const Clock& clock,
                          async::Event& stop) -> Task<> {
    const http::Handler handler = echo;
    try {
      co_await http::serve(server, handler, options, clock, stop);
    } catch (const std::runtime_error& error) {
      CHECK(std::string(error.what()) == "a bug");
    }
  };
  for (const auto& row : cases) {
    CAPTURE(row.name);
    test::Loop loop;
    test::FakeClock clock;
    async::Event stop;
    std::string got;
    auto [server, client] = net::memory_pair(loop.executor());
    test::run_both(loop, guarded(server, {.refusal = form}, clock, stop),
                   exchange(client, row.sent, got));
    CHECK(got.ends_with("Connection: close\r\n\r\n" + row.want));
  }
}

TEST_CASE("the head of a response cannot be broken") {
  Response bad{.fields = {{"Location", "/a\r\nSet-Cookie: x"}}};
  using http::Framing;
  CHECK_THROWS_AS(http::print_head(bad, Framing::length, true, WallTime()), std::logic_error);
  CHECK(http::print_head({.status = 299}, Framing::length, true, WallTime()) ==
        "HTTP/1.1 299 Unknown\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: "
        "0\r\n\r\n");
}
