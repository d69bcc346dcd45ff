// Against a real server of HTTPS.
#include "async/pool.h"
#include "httpclient/curl_client.h"
#include "support/catch.h"
#include "support/issued.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"
#include "web_server.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <string>

using namespace mox;
using namespace mox::httpclient;
using namespace std::chrono_literals;
using test::issue;
using test::Issued;
using test::self_signed;
using test::web_page;
using test::WebAnswer;
using test::WebServer;

namespace {

struct World {
  Issued root = self_signed({.name = "root", .authority = true});
  Issued good = issue(root, {.name = "web", .dns_names = {"web.example"}});
  test::TemporaryFolder folder;
  std::string authorities = (folder.path() / "authorities.pem").string();
  SystemClock clock;
  async::Pool pool{2};
  test::Loop loop;
  std::optional<WebServer> server;

  World() { std::ofstream(authorities) << root.pem(); }

  void serve(std::vector<WebAnswer> answers) {
    server.emplace(good, std::vector<Issued>{}, answers);
  }

  Result<Response, Failure> get(Request request, net::Deadline deadline = test::soon()) {
    CurlOptions options{
        .authorities = authorities,
        .connect_to = {fmt::format("web.example:443:127.0.0.1:{}", server->port())}};
    CurlClient client(pool, clock, std::move(options));
    return loop.run(client.get(std::move(request), deadline));
  }

  Problem problem(Request request, net::Deadline deadline = test::soon()) {
    const auto response = get(std::move(request), deadline);
    REQUIRE_FALSE(response);
    CHECK(response.error().text.find('\n') == std::string::npos);
    INFO(response.error().text);
    return response.error().problem;
  }
};

const std::string url = "https://web.example/page";

} // namespace

TEST_CASE("a page") {
  World world;
  world.serve({{web_page("text", "Content-Type: text/plain\r\nX-Two: 1\r\nx-two: 2\r\n")}});
  const auto response = world.get({.url = url, .accept = "text/plain"});
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body == "text");
  CHECK(response->header("content-type") == "text/plain");
  CHECK(response->header("x-two") == "2");
  CHECK(response->header("x-three").empty());
  const auto request = world.server->requests().at(0);
  CHECK(request.starts_with("GET /page HTTP/1.1\r\n"));
  CHECK(request.find("Host: web.example\r\n") != std::string::npos);
  CHECK(request.find("Accept: text/plain\r\n") != std::string::npos);
  CHECK(request.find("Accept-Encoding") == std::string::npos);
}

TEST_CASE("other statuses are responses") {
  World world;
  world.serve({{web_page("gone", "", "404 Not Found")},
               {web_page("", "Location: https://web.example/other\r\n", "301 Moved")},
               {web_page("oops", "", "500 Internal Server Error")}});
  CHECK(world.get({.url = url})->status == 404);
  const auto moved = world.get({.url = url});
  CHECK(moved->status == 301);
  CHECK(moved->header("location") == "https://web.example/other");
  CHECK(world.get({.url = url})->status == 500);
  CHECK(world.server->requests().size() == 3);
}

TEST_CASE("redirects") {
  World world;
  world.serve({{web_page("", "Location: https://web.example/2\r\nX-Old: 1\r\n", "301 Moved")},
               {web_page("", "Location: https://web.example/3\r\n", "302 Found")},
               {web_page("there")}});
  const auto response = world.get({.url = url, .redirects = 2});
  REQUIRE(response);
  CHECK(response->body == "there");
  CHECK(response->header("x-old").empty());
  world.serve({{web_page("", "Location: https://web.example/2\r\n", "301 Moved")}});
  CHECK(world.problem({.url = url, .redirects = 3}) == Problem::redirect);
  CHECK(world.server->requests().size() == 4);
  world.serve({{web_page("", "Location: http://web.example/2\r\n", "301 Moved")}});
  CHECK(world.problem({.url = url, .redirects = 3}) == Problem::redirect);
  world.serve({{web_page("", "Location: file:///etc/passwd\r\n", "301 Moved")}});
  CHECK(world.problem({.url = url, .redirects = 3}) == Problem::redirect);
}

TEST_CASE("limits of size and time") {
  World world;
  world.serve({{web_page(std::string(100, 'x'))}});
  CHECK(world.get({.url = url, .body_limit = 100})->body.size() == 100);
  CHECK(world.problem({.url = url, .body_limit = 99}) == Problem::too_large);
  // Without a length, and without an end.
  world.serve({{"HTTP/1.1 200 OK\r\n\r\n"
                "some more",
                0ms, true}});
  CHECK(world.problem({.url = url}) == Problem::too_large);
  world.serve({{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(1000, 'x') + "\r\n", 0ms, true}});
  CHECK(world.problem({.url = url}) == Problem::malformed);
  std::string headers;
  for (int i = 0; i < 100; ++i) headers += "X: " + std::string(1000, 'x') + "\r\n";
  world.serve({{web_page("", headers)}});
  CHECK(world.problem({.url = url}) == Problem::too_large);
  world.serve({{web_page("late"), 20s}});
  const auto begin = std::chrono::steady_clock::now();
  CHECK(world.problem({.url = url}, test::in(300ms)) == Problem::timeout);
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  CHECK(world.problem({.url = url}, test::in(-1s)) == Problem::timeout);
}

TEST_CASE("what is no HTTP") {
  World world;
  world.serve({{"hello\r\n\r\n"}});
  CHECK_FALSE(world.get({.url = url}));
  world.serve({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"}});
  CHECK(world.problem({.url = url}) == Problem::network);
}

TEST_CASE("URLs") {
  World world;
  world.serve({{web_page("x")}});
  for (const char* wrong : {"http://web.example/", "file:///etc/passwd", "ftp://web.example/", "",
                            "web.example", "https://"})
    CHECK(world.problem({.url = wrong}) == Problem::malformed);
  CHECK(world.server->requests().empty());
}

TEST_CASE("certificates") {
  using std::chrono::days;
  World world;
  const auto with = [&](const Issued& leaf) {
    world.server.emplace(leaf, std::vector<Issued>{}, std::vector<WebAnswer>{{web_page("x")}});
    return world.problem({.url = url});
  };
  CHECK(with(issue(world.root, {.name = "x", .dns_names = {"other.example"}})) ==
        Problem::certificate_name);
  // A common name is none.
  CHECK(with(issue(world.root, {.name = "web.example"})) == Problem::certificate_name);
  CHECK(with(issue(
            world.root,
            {.name = "x", .dns_names = {"web.example"}, .from = days(-9), .until = days(-2)})) ==
        Problem::certificate_expired);
  CHECK(
      with(issue(world.root,
                 {.name = "x", .dns_names = {"web.example"}, .from = days(2), .until = days(9)})) ==
      Problem::certificate_expired);
  CHECK(with(self_signed({.name = "x", .dns_names = {"web.example"}})) ==
        Problem::certificate_untrusted);
  CHECK(world.server->requests().empty());
}

TEST_CASE("where a host is") {
  World world;
  world.serve({{web_page("x")}});
  // By the addresses that are given, on the URL's port.
  CurlClient client(world.pool, world.clock, {.authorities = world.authorities, .connect_to = {}});
  const Request request{.url = fmt::format("https://web.example:{}/", world.server->port()),
                        .addresses = {net::Address::v4({127, 0, 0, 1})}};
  const auto response = world.loop.run(client.get(request, test::soon()));
  REQUIRE(response);
  CHECK(response->body == "x");
  // Nobody listens there.
  const Request nobody{.url = "https://web.example:1/",
                       .addresses = {net::Address::v4({127, 0, 0, 1})}};
  const auto refused = world.loop.run(client.get(nobody, test::soon()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().problem == Problem::network);
}
