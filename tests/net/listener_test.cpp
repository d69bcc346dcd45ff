// Listening, accepting, connecting: real TCP on the loopback address.
#include "async/gate.h"
#include "async/sleep.h"
#include "net/connection.h"
#include "net/dialer.h"
#include "net/listener.h"
#include "net/socket_transport.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::Connection;

namespace {

const net::Endpoint any_port{net::Address::v4({127, 0, 0, 1}), 0};

int option(int descriptor, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(descriptor, level, name, &value, &size);
  return value;
}

// A connection that a listener accepted, and the one that asked for it.
struct Joined {
  Connection server;
  Connection client;
};

Task<Joined> join(async::Executor executor) {
  std::vector<net::Socket> accepted;
  auto listener = net::Listener::bind(any_port).value();
  const auto where = listener.local();
  net::Acceptor acceptor(executor, std::move(listener),
                         {.on_accept = [&](net::Socket s) { accepted.push_back(std::move(s)); },
                          .on_error = [](const Error&) { CHECK(false); }});
  async::Gate gate(executor, nullptr);
  gate.spawn(acceptor.run());
  net::SystemDialer dialer;
  auto client = co_await dialer.connect(where, std::nullopt, test::soon());
  REQUIRE(client);
  while (accepted.empty()) co_await async::sleep_until(test::in(1ms));
  acceptor.stop();
  co_await gate.close();
  co_return Joined{Connection(net::socket_transport(executor, std::move(accepted.front()))),
                   std::move(*client)};
}

} // namespace

TEST_CASE("connections are accepted with both endpoints known") {
  const auto talk = [](async::Executor executor) -> Task<> {
    auto joined = co_await join(executor);
    CHECK(joined.server.peer() == joined.client.local());
    CHECK(joined.server.local() == joined.client.peer());
    CHECK(joined.server.peer().address.is_loopback());
    std::string_view bytes = "hello\r\n";
    co_await joined.client.write(bytes, test::soon());
    const auto line = co_await joined.server.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "hello");
  };
  test::Loop loop;
  loop.run(talk(loop.executor()));
}

TEST_CASE("TCP options are set") {
  auto listener = net::Listener::bind(any_port).value();
  net::Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  net::set_tcp_options(socket.get());
  CHECK(option(socket.get(), IPPROTO_TCP, TCP_NODELAY) == 1);
  CHECK(option(socket.get(), SOL_SOCKET, SO_KEEPALIVE) == 1);
  CHECK(option(socket.get(), IPPROTO_TCP, TCP_KEEPIDLE) == 300);
}

TEST_CASE("a port that is taken is named") {
  const auto first = net::Listener::bind(any_port);
  REQUIRE(first);
  REQUIRE(first->local().port != 0);
  const auto second = net::Listener::bind(first->local());
  REQUIRE(!second);
  CHECK(second.error().text ==
        "listen on " + first->local().to_string() + ": Address already in use");
}

TEST_CASE("an address that is not ours is named") {
  const auto listener = net::Listener::bind({net::Address::v4({192, 0, 2, 1}), 25});
  REQUIRE(!listener);
  CHECK(listener.error().text == "listen on 192.0.2.1:25: Cannot assign requested address");
}

TEST_CASE("IPv6 leaves the port of IPv4 alone") {
  const auto six = net::Listener::bind({net::Address(), 0});
  if (!six) {
    WARN("no IPv6 here: " << six.error().text);
    return;
  }
  const auto four = net::Listener::bind({net::Address::v4({0, 0, 0, 0}), six->local().port});
  CHECK(four.has_value());
}

TEST_CASE("only a listening socket is adopted") {
  auto listener = net::Listener::bind(any_port).value();
  const auto where = listener.local();
  const auto adopted = net::Listener::adopt(std::move(listener).release());
  REQUIRE(adopted);
  CHECK(adopted->local() == where);
  const auto plain = net::Listener::adopt(net::Descriptor(::socket(AF_INET, SOCK_STREAM, 0)));
  REQUIRE(!plain);
  CHECK(plain.error().kind == ErrorKind::invalid);
  CHECK(!net::Listener::adopt(net::Descriptor()));
}

TEST_CASE("the last reply arrives although the peer sent more than was read") {
  const auto talk = [](async::Executor executor) -> Task<> {
    auto joined = co_await join(executor);
    const std::string unread = "QUIT\r\n" + std::string(20'000, 'x');
    co_await joined.client.write(unread, test::soon());
    const auto line = co_await joined.server.read_line(100, true, test::soon());
    REQUIRE(line);
    std::string_view reply = "221 bye\r\n";
    co_await joined.server.write(reply, test::soon());
    async::Gate gate(executor, nullptr);
    gate.spawn(joined.server.close_gently(test::soon()));
    co_await async::sleep_until(test::in(10ms));
    CHECK(gate.running() == 1); // the peer has not closed
    const auto got = co_await joined.client.read_line(100, true, test::soon());
    REQUIRE(got);
    CHECK(*got == "221 bye");
    const auto end = co_await joined.client.read_line(100, true, test::soon());
    REQUIRE(!end);
    CHECK(end.error().kind == ErrorKind::closed);
    joined.client.close();
    co_await gate.close();
  };
  test::Loop loop;
  loop.run(talk(loop.executor()));
}

TEST_CASE("a gentle close ends at its deadline, and with a peer that floods") {
  const auto quiet = [](async::Executor executor) -> Task<> {
    auto joined = co_await join(executor);
    co_await joined.server.close_gently(test::in(10ms));
    co_await joined.server.close_gently(test::in(10ms));
  };
  const auto flood = [](async::Executor executor) -> Task<> {
    auto joined = co_await join(executor);
    std::string bytes;
    bytes.resize(1'000'000, 'x');
    async::Gate gate(executor, nullptr);
    const auto send = [](Connection& to, const std::string& all) -> Task<> {
      const auto sent = co_await to.write(all, test::soon());
      CHECK(!sent); // the kernel holds less than that
      CHECK(sent.error().kind == ErrorKind::closed);
    };
    std::string endless;
    endless.resize(50'000'000, 'x');
    gate.spawn(send(joined.client, endless));
    co_await joined.server.close_gently(test::soon());
    co_await gate.close();
  };
  test::Loop loop;
  loop.run(quiet(loop.executor()));
  loop.run(flood(loop.executor()));
}

TEST_CASE("a refused connection is an error with the address") {
  const auto dial = [](net::Endpoint where) -> Task<> {
    net::SystemDialer dialer;
    const auto connection = co_await dialer.connect(where, std::nullopt, test::soon());
    REQUIRE(!connection);
    CHECK(connection.error().text == "connect to " + where.to_string() + ": Connection refused");
    const auto from =
        co_await dialer.connect(where, net::Address::v4({192, 0, 2, 1}), test::soon());
    REQUIRE(!from);
    CHECK(from.error().text == "bind to 192.0.2.1: Cannot assign requested address");
  };
  const auto closed = net::Listener::bind(any_port).value().local();
  test::Loop loop;
  loop.run(dial(closed));
}

TEST_CASE("a connection attempt ends at its deadline") {
  // A listener whose queue is full answers no more.
  net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::SystemAddress::from(any_port);
  REQUIRE(::bind(socket.get(), address.get(), address.size) == 0);
  REQUIRE(::listen(socket.get(), 0) == 0);
  const auto dial = [](net::Endpoint where) -> Task<> {
    net::SystemDialer dialer;
    std::vector<Connection> queued;
    for (int i = 0; i < 10; ++i) {
      auto connection = co_await dialer.connect(where, std::nullopt, test::in(50ms));
      if (!connection) {
        CHECK(connection.error().kind == ErrorKind::timeout);
        co_return;
      }
      queued.push_back(std::move(*connection));
    }
    FAIL("the queue took all connections");
  };
  test::Loop loop;
  loop.run(dial(net::local_endpoint(socket.get())));
}

TEST_CASE("without free descriptors accepting pauses, says so and goes on") {
  const auto talk = [](async::Executor executor) -> Task<> {
    std::vector<net::Socket> accepted;
    std::vector<Error> errors;
    auto listener = net::Listener::bind(any_port).value();
    const auto where = listener.local();
    net::Acceptor acceptor(executor, std::move(listener),
                           {.on_accept = [&](net::Socket s) { accepted.push_back(std::move(s)); },
                            .on_error = [&](const Error& error) { errors.push_back(error); }});
    net::SystemDialer dialer;
    auto client = co_await dialer.connect(where, std::nullopt, test::soon());
    REQUIRE(client);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit none = before;
    none.rlim_cur = 3;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    async::Gate gate(executor, nullptr);
    gate.spawn(acceptor.run());
    while (errors.empty()) co_await async::sleep_until(test::in(1ms));
    co_await async::sleep_until(test::in(20ms));
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(errors.size() == 1);
    CHECK(errors.front().text == "accept on " + where.to_string() + ": Too many open files");
    CHECK(errors.front().kind == ErrorKind::temporary);
    while (accepted.empty()) co_await async::sleep_until(test::in(1ms));
    acceptor.stop();
    co_await gate.close();
  };
  test::Loop loop;
  loop.run(talk(loop.executor()));
}
