// The start of a server: every address or none, and errors that say which.
#include "lifecycle/server_world.h"
#include "net/dialer.h"
#include "net/listener.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/tls_pair.h"

#include <fmt/format.h>

#include <stdexcept>

using namespace mox;
using namespace mox::lifecycle;
using namespace mox::lifecycle::test;
using mox::test::Client;

namespace {

// A port that somebody else has.
struct Taken {
  explicit Taken(std::uint8_t last = 1)
      : listener(net::Listener::bind(loopback(0, last)).value()), at(listener.local()) {}

  net::Listener listener;
  net::Endpoint at;
};

net::Endpoint free_address() {
  return Taken().at;
}

// The folder can be had again, and the first address too: nothing is left of a start that failed.
void check_nothing_left(ServerWorld& world, const net::Endpoint& smtp) {
  auto config = world.config({});
  config.listeners.front().listen.push_back({.protocol = Protocol::smtp, .at = smtp});
  const auto server = world.start(std::move(config));
  INFO((server ? std::string() : server.error().text));
  REQUIRE(server);
  CHECK(Client(smtp).line() == "220 mx.example ESMTP");
}

async::Task<std::string> greeting_over_tls(net::Endpoint at, tls::ClientContext& trust) {
  net::SystemDialer dialer;
  auto dialled = co_await dialer.connect(at, std::nullopt, mox::test::soon());
  if (!dialled) co_return dialled.error().text;
  auto connection = *std::move(dialled);
  const auto secured = co_await connection.start_tls_client(trust, "mx.example", mox::test::soon());
  if (!secured) co_return secured.error().text;
  const auto line = co_await connection.read_line(1000, false, mox::test::soon());
  co_return line ? std::string(*line) : line.error().text;
}

} // namespace

TEST_CASE("start: each protocol is served where the server says") {
  ServerWorld world;
  const auto server = world.start(
      world.config({Protocol::smtp, Protocol::submission, Protocol::imap, Protocol::metrics}));
  REQUIRE(server);
  CHECK((*server)->bound().size() == 4);
  CHECK(Client(place_of(**server, Protocol::smtp)).line() == "220 mx.example ESMTP");
  // Whoever may log in there, but not without TLS.
  Client submission(place_of(**server, Protocol::submission));
  submission.say("EHLO client.example\r\nMAIL FROM:<mjl@mox.example>\r\n");
  CHECK(submission.line_with("530 ").starts_with("530 5.7.0 "));
  CHECK(Client(place_of(**server, Protocol::imap)).line().starts_with("* OK "));
  Client metrics(place_of(**server, Protocol::metrics));
  metrics.say("GET / HTTP/1.0\r\n\r\n");
  CHECK(metrics.line() == "HTTP/1.1 200 OK");
}

TEST_CASE("start: protocols with TLS have it from the first byte, the others offer it") {
  ServerWorld world;
  mox::test::TlsPair tls;
  auto config = world.config({Protocol::smtp, Protocol::submissions, Protocol::imaps});
  config.listeners.front().certificates = mox::test::certificates({tls.pem});
  const auto server = world.start(std::move(config));
  REQUIRE(server);
  mox::test::Loop loop;
  const auto greeting = [&](Protocol protocol) {
    return loop.run(greeting_over_tls(place_of(**server, protocol), tls.client));
  };
  CHECK(greeting(Protocol::submissions) == "220 mx.example ESMTP");
  CHECK(greeting(Protocol::imaps).starts_with("* OK "));
  Client smtp(place_of(**server, Protocol::smtp));
  smtp.say("EHLO client.example\r\n");
  CHECK(smtp.line_with("250-STARTTLS") == "250-STARTTLS");
}

TEST_CASE("start: protocols that begin with TLS need a certificate") {
  ServerWorld world;
  const auto protocol = GENERATE(Protocol::submissions, Protocol::imaps);
  const Taken taken;
  auto config = world.config({Protocol::smtp});
  config.listeners.front().listen.push_back({.protocol = protocol, .at = taken.at});
  const auto server = world.start(std::move(config));
  REQUIRE_FALSE(server);
  CHECK(server.error() ==
        Error{ErrorKind::invalid, fmt::format("{} on {} needs a certificate", name_of(protocol),
                                              taken.at.to_string())});
}

TEST_CASE("start: a port that another program has is named") {
  ServerWorld world(store::Engine::lmdb);
  const Taken taken;
  const auto free = free_address();
  const bool optional = GENERATE(false, true);
  auto config = world.config({});
  config.listeners.front().listen = {
      {.protocol = Protocol::smtp, .at = free},
      {.protocol = Protocol::submission, .at = taken.at, .optional = optional}};
  const auto server = world.start(std::move(config));
  REQUIRE_FALSE(server);
  CHECK(server.error().text ==
        fmt::format("listen on {}: Address already in use", taken.at.to_string()));
  check_nothing_left(world, free);
}

TEST_CASE("start: an address that the machine does not have is an error, unless it is optional") {
  ServerWorld world;
  // Reserved for documentation: nobody has it.
  const net::Endpoint nowhere{.address = net::Address::parse("192.0.2.1").value(), .port = 0};
  auto config = world.config({Protocol::smtp});
  config.listeners.front().listen.insert(config.listeners.front().listen.begin(),
                                         {.protocol = Protocol::smtp, .at = nowhere});
  const auto failed = world.start(config);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().text == "listen on 192.0.2.1:0: Cannot assign requested address");
  config.listeners.front().listen.front().optional = true;
  const auto server = world.start(config);
  REQUIRE(server);
  REQUIRE((*server)->bound().size() == 1);
  CHECK((*server)->bound().front().at.address == loopback().address);
}

TEST_CASE("start: a folder that another server has is an error before any address is taken") {
  ServerWorld world(store::Engine::lmdb);
  const auto first = world.start(world.config({Protocol::smtp}));
  REQUIRE(first);
  // This address is taken too, and would be the error otherwise.
  auto config = world.config({});
  config.listeners.front().listen.push_back(
      {.protocol = Protocol::smtp, .at = place_of(**first, Protocol::smtp)});
  const auto second = world.start(std::move(config));
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::temporary);
  CHECK(second.error().text.find(" is in use by process ") != std::string::npos);
  CHECK(Client(place_of(**first, Protocol::smtp)).line() == "220 mx.example ESMTP");
}

TEST_CASE("start: without a directory there is no server") {
  ServerWorld world(store::Engine::lmdb);
  auto config = world.config({Protocol::smtp});
  SECTION("it says why") {
    config.find_people = [](store::Store&) -> Result<People> {
      return failure(ErrorKind::corrupt, "no such domain");
    };
    const auto server = world.start(config);
    REQUIRE_FALSE(server);
    CHECK(server.error() == Error{ErrorKind::corrupt, "no such domain"});
  }
  SECTION("it throws") {
    config.find_people = [](store::Store&) -> Result<People> { throw std::logic_error("a bug"); };
    CHECK_THROWS_AS(world.start(config), std::logic_error);
  }
  check_nothing_left(world, free_address());
}

TEST_CASE("start: HTTP is served by what the configuration says, and not without") {
  ServerWorld world;
  auto config = world.config({Protocol::http});
  config.serve_http = [](service::Session session) -> async::Task<> {
    const auto written = co_await session.connection.write("served\r\n", mox::test::soon());
    CHECK(written);
    session.connection.close();
  };
  {
    const auto server = world.start(std::move(config));
    REQUIRE(server);
    CHECK(name_of(Protocol::http) == "http");
    CHECK(Client(place_of(**server, Protocol::http)).rest() == "served\r\n");
  }
  const auto nothing = world.start(world.config({Protocol::http}));
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error() == Error{ErrorKind::invalid, "http on 127.0.0.1:0 has nothing to serve"});
}

TEST_CASE("start: open connections are counted, by protocol") {
  ServerWorld world;
  const auto started =
      world.start(world.config({Protocol::smtp, Protocol::smtp, Protocol::metrics}));
  REQUIRE(started);
  const auto& server = **started;
  // A line of the metrics, from its name on.
  const auto gauge = [&](std::string_view protocol) {
    Client client(place_of(server, Protocol::metrics));
    client.say("GET /metrics HTTP/1.0\r\n\r\n");
    return client.line_with(
        fmt::format("mox_connections_count{{listener=\"{0}\",protocol=\"{0}\"}}", protocol));
  };
  const std::string smtp = "mox_connections_count{listener=\"smtp\",protocol=\"smtp\"} ";
  CHECK(gauge("smtp") == smtp + "0");
  {
    // One on each of the two addresses.
    Client first(server.bound()[0].at);
    Client second(server.bound()[1].at);
    CHECK(first.line() == "220 mx.example ESMTP");
    CHECK(second.line() == "220 mx.example ESMTP");
    CHECK(gauge("smtp") == smtp + "2");
    CHECK(gauge("metrics") == "mox_connections_count{listener=\"metrics\",protocol=\"metrics\"} 1");
  }
  wait_until([&] { return gauge("smtp") == smtp + "0"; });
}

TEST_CASE("start: what the metrics' address answers") {
  struct Row {
    const char* request;
    const char* status;
    const char* has;
  };

  const auto row = GENERATE(values<Row>({
      {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "<a href=\"/metrics\">"},
      {"GET /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "\nmox_store_free_bytes "},
      {"GET /metrics?x=y HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "\nmox_store_queue_changes "},
      {"HEAD /metrics HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK", "Content-Length: "},
      {"GET /other HTTP/1.0\r\n\r\n", "HTTP/1.1 404 Not Found", ""},
      {"POST /metrics HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405 Method Not Allowed",
       "Allow: GET, HEAD\r\n"},
  }));
  CAPTURE(row.request);
  ServerWorld world;
  const auto server = world.start(world.config({Protocol::metrics}));
  REQUIRE(server);
  Client client(place_of(**server, Protocol::metrics));
  client.say(row.request);
  CHECK(client.line() == row.status);
  const auto rest = client.rest();
  CHECK(rest.find(row.has) != std::string::npos);
  if (std::string_view(row.request).starts_with("HEAD")) CHECK(rest.ends_with("\r\n\r\n"));
}
