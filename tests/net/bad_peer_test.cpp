// Peers that vanish, stall, speak something else or leave out what TLS demands, over TCP.
#include "async/sleep.h"
#include "net/connection.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/tls_pair.h"

#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::Connection;

namespace {

// The server's end of a TCP connection, and the client's, whose descriptor a test may abuse.
struct Ends {
  Connection server;
  Connection client;
  int raw;
};

std::pair<net::Descriptor, net::Descriptor> tcp_pair() {
  const net::Descriptor listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  net::SystemAddress address = net::SystemAddress::from({net::Address::v4({127, 0, 0, 1}), 0});
  REQUIRE(::bind(listening.get(), address.get(), address.size) == 0);
  REQUIRE(::listen(listening.get(), 1) == 0);
  REQUIRE(::getsockname(listening.get(), address.get(), &address.size) == 0);
  net::Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(client.get(), address.get(), address.size) == 0);
  net::Descriptor server(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(server.get() >= 0);
  return {std::move(server), std::move(client)};
}

Ends make(const async::Executor& executor) {
  auto [a, b] = tcp_pair();
  const int raw = b.get();
  return {Connection(net::socket_transport(executor, {std::move(a), {}, {}})),
          Connection(net::socket_transport(executor, {std::move(b), {}, {}})), raw};
}

Task<> serve(Connection& server, tls::ServerContext& context) {
  const auto started = co_await server.start_tls(context, test::soon());
  CHECK(started);
}

Task<> join(Connection& client, tls::ClientContext& context) {
  const auto started = co_await client.start_tls_client(context, "mx.example", test::soon());
  CHECK(started);
}

void start_tls(test::Loop& loop, Ends& ends, test::TlsPair& tls) {
  test::run_both(loop, serve(ends.server, tls.server), join(ends.client, tls.client));
}

// Closing sends RST instead of FIN.
void reset(Ends& ends) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  REQUIRE(::setsockopt(ends.raw, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  ends.client.close();
}

// Runs `talk` on a plain connection and on one with TLS.
void with_and_without_tls(Task<> (*talk)(Ends&)) {
  for (const bool with_tls : {false, true}) {
    CAPTURE(with_tls);
    test::TlsPair tls;
    test::Loop loop;
    auto ends = make(loop.executor());
    if (with_tls) start_tls(loop, ends, tls);
    loop.run(talk(ends));
  }
}

Task<> write(Connection& to, std::string bytes) {
  const auto written = co_await to.write(bytes, test::soon());
  CHECK(written);
}

void write_raw(int to, std::string_view bytes) {
  REQUIRE(::write(to, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

} // namespace

TEST_CASE(
    "a peer that has ended its side still gets the reply, under TLS without close_notify too") {
  with_and_without_tls([](Ends& ends) -> Task<> {
    co_await write(ends.client, "QUIT\r\n");
    REQUIRE(::shutdown(ends.raw, SHUT_WR) == 0);
    const auto line = co_await ends.server.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "QUIT");
    for (int i = 0; i < 2; ++i) {
      const auto end = co_await ends.server.read_line(100, true, test::soon());
      REQUIRE(!end);
      CHECK(end.error().kind == ErrorKind::closed);
    }
    co_await write(ends.server, "221 bye\r\n");
    const auto reply = co_await ends.client.read_line(100, true, test::soon());
    REQUIRE(reply);
    CHECK(*reply == "221 bye");
    co_await ends.server.close_gently(test::soon());
  });
}

TEST_CASE("half a line before the end is not a line") {
  with_and_without_tls([](Ends& ends) -> Task<> {
    co_await write(ends.client, "DATA\r");
    REQUIRE(::shutdown(ends.raw, SHUT_WR) == 0);
    const auto line = co_await ends.server.read_line(100, true, test::soon());
    REQUIRE(!line);
    CHECK(line.error().kind == ErrorKind::closed);
    CHECK(ends.server.buffered() == "DATA\r");
  });
}

TEST_CASE("a reset ends a read, before it and during it") {
  with_and_without_tls([](Ends& ends) -> Task<> {
    reset(ends);
    for (int i = 0; i < 2; ++i) {
      const auto line = co_await ends.server.read_line(100, true, test::soon());
      REQUIRE(!line);
      CHECK(line.error().kind == ErrorKind::closed);
    }
    // The first write after a reset may still be taken; none may raise SIGPIPE.
    bool broke = false;
    for (int i = 0; i < 10 && !broke; ++i) {
      const std::string bytes(100'000, 'x');
      const auto sent = co_await ends.server.write(bytes, test::soon());
      broke = !sent;
      if (!sent) CHECK(sent.error().kind == ErrorKind::closed);
    }
    CHECK(broke);
    co_await ends.server.close_gently(test::soon());
  });
  for (const bool with_tls : {false, true}) {
    CAPTURE(with_tls);
    const auto reads = [](Ends& ends) -> Task<> {
      const auto line = co_await ends.server.read_line(100, true, test::soon());
      REQUIRE(!line);
      CHECK(line.error().kind == ErrorKind::closed);
    };
    const auto resets = [](Ends& ends) -> Task<> {
      co_await async::yield();
      reset(ends);
    };
    test::TlsPair tls;
    test::Loop loop;
    auto ends = make(loop.executor());
    if (with_tls) start_tls(loop, ends, tls);
    test::run_both(loop, reads(ends), resets(ends));
  }
}

TEST_CASE("a reset ends a write that waits") {
  for (const bool with_tls : {false, true}) {
    CAPTURE(with_tls);
    const auto writes = [](Ends& ends) -> Task<> {
      std::string bytes;
      bytes.resize(30'000'000, 'x');
      const auto sent = co_await ends.server.write(bytes, test::soon());
      REQUIRE(!sent);
      CHECK(sent.error().kind == ErrorKind::closed);
    };
    const auto resets = [](Ends& ends) -> Task<> {
      const auto some = co_await ends.client.read_some(1000, test::soon());
      CHECK(some);
      reset(ends);
    };
    test::TlsPair tls;
    test::Loop loop;
    auto ends = make(loop.executor());
    if (with_tls) start_tls(loop, ends, tls);
    test::run_both(loop, writes(ends), resets(ends));
  }
}

TEST_CASE("a reader that has stopped costs a deadline, and the stream ends there") {
  with_and_without_tls([](Ends& ends) -> Task<> {
    std::string bytes;
    bytes.resize(30'000'000, 'x');
    const auto sent = co_await ends.server.write(bytes, test::in(20ms));
    REQUIRE(!sent);
    CHECK(sent.error().kind == ErrorKind::timeout);
    // A part of a record may be gone: what follows would be taken for its rest.
    const std::string_view more = "* BYE\r\n";
    const auto after = co_await ends.server.write(more, test::soon());
    CHECK(!after);
    // The other direction is not affected.
    co_await write(ends.client, "NOOP\r\n");
    const auto line = co_await ends.server.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "NOOP");
    co_await ends.server.close_gently(test::in(10ms));
  });
}

TEST_CASE("a slow reader gets everything in the end") {
  for (const bool with_tls : {false, true}) {
    CAPTURE(with_tls);
    const auto reads = [](Ends& ends) -> Task<> {
      std::size_t got = 0;
      for (int i = 0; got < 3'000'000; ++i) {
        const auto some = co_await ends.client.read_some(50'000, test::soon());
        REQUIRE(some);
        got += some->size();
        if (i % 50 == 0) co_await async::sleep_until(test::in(1ms));
      }
      CHECK(got == 3'000'000);
    };
    test::TlsPair tls;
    test::Loop loop;
    auto ends = make(loop.executor());
    if (with_tls) start_tls(loop, ends, tls);
    test::run_both(loop, write(ends.server, std::string(3'000'000, 'x')), reads(ends));
  }
}

TEST_CASE("what is no TLS on a port for TLS") {
  struct Row {
    const char* name;
    std::string bytes;
    bool ends; // the peer ends its side afterwards
    std::string_view want;
  };

  using namespace std::string_literals;
  const std::vector<Row> rows = {
      {"an SMTP client", "EHLO client.example\r\n", false, "wrong version number"},
      {"an IMAP client", "a1 LOGIN mjl secret\r\n", false, "wrong version number"},
      {"a web browser", "GET / HTTP/1.1\r\n\r\n", false, "http request"},
      {"a web proxy", "CONNECT mx.example:993 HTTP/1.1\r\n\r\n", false, "https proxy request"},
      {"noise", std::string(100, '\xA5'), false, ""},
      {"NULs", std::string(100, '\0'), false, ""},
      {"a record that is too long", "\x16\x03\x01\xFF\xFF"s + std::string(100, 'x'), false, ""},
      {"a hello that is too long", "\x16\x03\x01\x00\x04\x01\xFF\xFF\xFF"s, false, ""},
      {"an empty hello", "\x16\x03\x01\x00\x04\x01\x00\x00\x00"s, false, ""},
      {"application data first", "\x17\x03\x03\x00\x05hello"s, false, ""},
      {"an alert first", "\x15\x03\x01\x00\x02\x02\x28"s, false, ""},
      {"empty records for ever",
       [] {
         std::string all;
         for (int i = 0; i < 1000; ++i) all += "\x16\x03\x01\x00\x00"s;
         return all;
       }(),
       false, ""},
      {"the end", "", true, "the peer closed the connection"},
      {"half a record header", "\x16\x03"s, true, "the peer closed the connection"},
      {"half a hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"s, true,
       "the peer closed the connection"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto talk = [](Ends& ends, test::TlsPair& tls, const Row& with) -> Task<> {
      write_raw(ends.raw, with.bytes);
      if (with.ends) ::shutdown(ends.raw, SHUT_WR);
      const auto started = co_await ends.server.start_tls(tls.server, test::soon());
      REQUIRE(!started);
      const auto& error = started.error();
      CAPTURE(error.text);
      CHECK(error.kind == (with.ends ? ErrorKind::closed : ErrorKind::io));
      CHECK(error.text.ends_with(with.want));
      CHECK(!error.text.ends_with(": "));
      CHECK(ends.server.tls() == nullptr);
      co_await ends.server.close_gently(test::in(10ms));
    };
    test::TlsPair tls;
    test::Loop loop;
    auto ends = make(loop.executor());
    loop.run(talk(ends, tls, row));
  }
}

TEST_CASE("a server that greets in plaintext where a client wants TLS") {
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor());
  const auto talk = [](Ends& both, test::TlsPair& with) -> Task<> {
    co_await write(both.server, "220 mx.example ESMTP\r\n");
    const auto joined =
        co_await both.client.start_tls_client(with.client, "mx.example", test::soon());
    REQUIRE(!joined);
    CHECK(joined.error().kind == ErrorKind::io);
    CHECK(joined.error().text.ends_with("wrong version number"));
  };
  loop.run(talk(ends, tls));
}

TEST_CASE("a handshake that stops or breaks anywhere ends") {
  struct Row {
    std::size_t after;
    bool breaks;
  };

  for (const std::size_t after : {1UZ, 4UZ, 5UZ, 6UZ, 50UZ, 150UZ, 250UZ}) {
    for (const bool breaks : {false, true}) {
      CAPTURE(after, breaks);
      const auto serves = [](Connection& server, tls::ServerContext& context,
                             const Row& with) -> Task<> {
        const auto started = co_await server.start_tls(context, test::in(20ms));
        REQUIRE(!started);
        CHECK(started.error().kind == (with.breaks ? ErrorKind::closed : ErrorKind::timeout));
        server.close();
      };
      const auto joins = [](Connection& client, tls::ClientContext& context) -> Task<> {
        const auto joined = co_await client.start_tls_client(context, "mx.example", test::soon());
        CHECK(!joined);
      };
      test::TlsPair tls;
      test::Loop loop;
      const auto options = breaks ? net::MemoryOptions{.reset_after = after}
                                  : net::MemoryOptions{.stall_after = after};
      auto [server, client] = net::memory_pair(loop.executor(), options);
      const Row row{after, breaks};
      test::run_both(loop, serves(server, tls.server, row), joins(client, tls.client));
    }
  }
}

TEST_CASE("a record that is cut by the end is an end, and what came before it is read") {
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor());
  start_tls(loop, ends, tls);
  const auto talk = [](Ends& both) -> Task<> {
    co_await write(both.client, "NOOP\r\n");
    write_raw(both.raw, std::string_view("\x17\x03\x03\x00\x64half", 9));
    REQUIRE(::shutdown(both.raw, SHUT_WR) == 0);
    const auto line = co_await both.server.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "NOOP");
    const auto end = co_await both.server.read_line(100, true, test::soon());
    REQUIRE(!end);
    CHECK(end.error().kind == ErrorKind::closed);
  };
  loop.run(talk(ends));
}

TEST_CASE("plaintext in the middle of TLS never becomes a command") {
  test::TlsPair tls;
  test::Loop loop;
  auto ends = make(loop.executor());
  start_tls(loop, ends, tls);
  const auto talk = [](Ends& both) -> Task<> {
    write_raw(both.raw, "NOOP\r\n");
    for (int i = 0; i < 2; ++i) {
      const auto line = co_await both.server.read_line(100, true, test::soon());
      REQUIRE(!line);
      CHECK(line.error().kind == ErrorKind::io);
      CHECK(both.server.buffered().empty());
    }
    const std::string_view bytes = "* BYE\r\n";
    const auto sent = co_await both.server.write(bytes, test::soon());
    CHECK(!sent);
    co_await both.server.close_gently(test::in(10ms));
  };
  loop.run(talk(ends));
}
