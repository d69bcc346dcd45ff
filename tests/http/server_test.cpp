#include "async/event.h"
#include "async/sleep.h"
#include "http/server.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <stdexcept>
#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using http::Request;
using http::Response;

namespace {

// 2026-01-01 was a Thursday.
constexpr const char* date = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";

Task<Response> echo(const Request& request) {
  if (request.path() == "/none") co_return Response{.status = 204};
  if (request.path() == "/bug") throw std::runtime_error("a bug");
  if (request.path() == "/large") co_return Response::text(200, std::string(50'000, 'l'));
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

TEST_CASE("an exception becomes a response of 500 and goes on to the caller") {
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
  test::Loop loop;
  test::FakeClock clock;
  async::Event stop;
  std::string heard;
  std::string got;
  auto [server, client] = net::memory_pair(loop.executor());
  test::run_both(loop, guarded(server, clock, stop, heard),
                 exchange(client, "GET /bug HTTP/1.1\r\n" + host + "\r\n" + last, got));
  CHECK(got == response("500 Internal Server Error", "internal error\n", true));
  CHECK(heard == "a bug");
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

TEST_CASE("the head of a response cannot be broken") {
  Response bad{.fields = {{"Location", "/a\r\nSet-Cookie: x"}}};
  CHECK_THROWS_AS(http::print_head(bad, true, WallTime()), std::logic_error);
  CHECK(http::print_head({.status = 299}, true, WallTime()) ==
        "HTTP/1.1 299 Unknown\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: "
        "0\r\n\r\n");
}
