#include "http/request_parser.h"
#include "support/catch.h"

#include <string>

using namespace mox;
using http::RequestParser;

namespace {

struct Outcome {
  unsigned refused = 0;
  bool complete = false;
  std::size_t used = 0;
  http::Request request;
};

Outcome parse(std::string_view bytes, std::size_t step, http::RequestLimits limits) {
  RequestParser parser(limits);
  Outcome outcome;
  while (outcome.used < bytes.size() && !parser.complete()) {
    const auto used = parser.feed(bytes.substr(outcome.used, step));
    if (!used) {
      outcome.refused = used.error().status;
      CHECK(!used.error().text.empty());
      return outcome;
    }
    outcome.used += *used;
  }
  outcome.complete = parser.complete();
  if (outcome.complete) outcome.request = parser.take();
  return outcome;
}

} // namespace

TEST_CASE("requests are parsed, whole or byte by byte") {
  struct Row {
    const char* name;
    std::string bytes;
    unsigned refused;
    bool complete;
    std::string body = "";
    std::string rest = "";
    bool keep_alive = true;
  };

  const std::string host = "Host: a\r\n";
  const Row rows[] = {
      {"GET", "GET / HTTP/1.1\r\n" + host + "\r\n", 0, true},
      {"close", "GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", 0, true, "", "", false},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 0, true, "", "", false},
      {"HTTP/1.0 kept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0, true},
      {"pipelined", "GET / HTTP/1.1\r\n" + host + "\r\nGET /2", 0, true, "", "GET /2"},
      {"body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello!", 0, true, "hello",
       "!"},
      {"chunked",
       "POST / HTTP/1.1\r\n" + host +
           "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\nmore",
       0, true, "hello!", "more"},
      {"incomplete head", "GET / HTTP/1.1\r\nHo", 0, false},
      {"incomplete body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhell", 0, false},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400, false},
      {"two Hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400, false},
      {"not HTTP", "EHLO a\r\n\r\n", 400, false},
      {"version 2", "GET / HTTP/2.0\r\n\r\n", 505, false},
      {"length and chunks",
       "POST / HTTP/1.1\r\n" + host +
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400, false},
      {"two lengths",
       "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400,
       false},
      {"negative length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -5\r\n\r\n", 400, false},
      {"huge length", "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
       400, false},
      {"space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, false},
      {"NUL in a field", "GET / HTTP/1.1\r\n" + host + std::string("X: a\0b\r\n\r\n", 10), 400,
       false},
      {"body too large", "POST / HTTP/1.1\r\n" + host + "Content-Length: 101\r\n\r\n", 413, false},
      {"chunk too large",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nfff\r\n" +
           std::string(200, 'x'),
       413, false},
      {"header too large", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(500, 'x') + "\r\n\r\n",
       431, false},
      {"header without end", "GET /" + std::string(1000, 'x'), 431, false},
  };
  for (const auto& row : rows) {
    for (const std::size_t step : {std::size_t(100'000), std::size_t(1)}) {
      CAPTURE(row.name, step);
      const auto outcome = parse(row.bytes, step, {.header_bytes = 400, .body_bytes = 100});
      CHECK(outcome.refused == row.refused);
      CHECK(outcome.complete == row.complete);
      if (!row.complete) continue;
      CHECK(outcome.request.body == row.body);
      CHECK(row.bytes.substr(outcome.used) == row.rest);
      CHECK(outcome.request.keep_alive == row.keep_alive);
    }
  }
}

TEST_CASE("a request shows its parts") {
  const auto outcome = parse(
      "PATCH /a/b?c=d?e HTTP/1.1\r\nHost: a.example\r\nx-thing:  one \r\nX-Thing: two\r\n\r\n",
      1000, {});
  REQUIRE(outcome.complete);
  CHECK(outcome.request.method == "PATCH");
  CHECK(outcome.request.path() == "/a/b");
  CHECK(outcome.request.query() == "c=d?e");
  CHECK(outcome.request.fields.find("HOST") == "a.example");
  CHECK(outcome.request.fields.find("x-thing") == "one");
  CHECK(!outcome.request.fields.find("missing"));
  CHECK(outcome.request.fields.all().size() == 3);
}

TEST_CASE("a target that names a host is as good as one that does not") {
  struct Row {
    std::string target;
    std::string path;
    std::string query;
    std::string host;
  };

  const Row rows[] = {
      {"/a?b", "/a", "b", "field.example"},
      {"http://a.example:80/b?c=http://d/", "/b", "c=http://d/", "a.example:80"},
      {"HTTPS://a.example/", "/", "", "a.example"},
      {"http://a.example", "/", "", "a.example"},
      {"http://a.example?b=/c", "/", "b=/c", "a.example"},
      {"http:///a", "/a", "", ""},
      {"http:/a", "http:/a", "", "field.example"},
      {"/http://a", "/http://a", "", "field.example"},
      {"*", "*", "", "field.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.target);
    const auto outcome =
        parse("GET " + row.target + " HTTP/1.1\r\nX: y\r\nHost: field.example\r\n\r\n", 1000, {});
    REQUIRE(outcome.complete);
    CHECK(outcome.request.path() == row.path);
    CHECK(outcome.request.query() == row.query);
    CHECK(outcome.request.fields.find("host") == row.host);
    CHECK(outcome.request.fields.all().size() == 2);
  }
  const auto old = parse("GET http://a.example/b HTTP/1.0\r\n\r\n", 1000, {});
  REQUIRE(old.complete);
  CHECK(old.request.target == "/b");
  CHECK(old.request.fields.find("Host") == "a.example");
}

TEST_CASE("Expect: 100-continue shows once, before the body") {
  RequestParser parser({.body_bytes = 10});
  const std::string_view head =
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  REQUIRE(parser.feed(head.substr(0, 30)));
  CHECK(!parser.take_expect_continue());
  REQUIRE(parser.feed(head.substr(30)));
  CHECK(parser.take_expect_continue());
  CHECK(!parser.take_expect_continue());
  REQUIRE(parser.feed("ok"));
  CHECK(parser.complete());
}
