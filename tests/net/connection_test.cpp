// Waits, deadlines, writes and ends.
#include "async/event.h"
#include "async/sleep.h"
#include "net/connection.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::Connection;
using net::Wake;

namespace {

constexpr std::size_t large = 3'000'000;

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * i >> 3) % 23);
  return bytes;
}

net::Descriptor file_of(const std::string& bytes) {
  net::Descriptor file(::memfd_create("test", MFD_CLOEXEC));
  REQUIRE(::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  return file;
}

Task<> read_all(Connection& from, std::string& into) {
  while (true) {
    const auto bytes = co_await from.read_some(100'000, test::soon());
    if (!bytes) {
      CHECK(bytes.error().kind == ErrorKind::closed);
      co_return;
    }
    into += *bytes;
  }
}

Task<> write_and_close(Connection& to, const std::string& bytes) {
  const auto written = co_await to.write(bytes, test::soon());
  CHECK(written);
  to.close();
}

} // namespace

TEST_CASE("a large write arrives whole") {
  const auto sent = pattern(large);
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    std::string got;
    test::run_both(loop, write_and_close(a, sent), read_all(b, got));
    CHECK(got == sent);
  }
}

TEST_CASE("a part of a file is sent") {
  const auto content = pattern(large);
  const auto send = [](Connection& to, int file) -> Task<> {
    const auto sent = co_await to.write_file(file, 1'000'000, 1'500'000, test::soon());
    CHECK(sent);
    to.close();
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    const auto file = file_of(content);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    std::string got;
    test::run_both(loop, send(a, file.get()), read_all(b, got));
    CHECK(got == content.substr(1'000'000, 1'500'000));
  }
}

TEST_CASE("a file that is too short is an error, and nothing may follow") {
  const auto send = [](Connection& to, int file) -> Task<> {
    const auto sent = co_await to.write_file(file, 0, 11, test::soon());
    REQUIRE(!sent);
    CHECK(sent.error().kind == ErrorKind::corrupt);
    std::string_view more = "more";
    const auto after = co_await to.write(more, test::soon());
    REQUIRE(!after);
    CHECK(after.error().kind == ErrorKind::closed);
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    const auto file = file_of("ten bytes.");
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    loop.run(send(a, file.get()));
  }
}

TEST_CASE("a read ends at its deadline, and writing is still possible") {
  const auto talk = [](Connection& here, Connection& there) -> Task<> {
    const auto line = co_await here.read_line(100, true, test::in(20ms));
    REQUIRE(!line);
    CHECK(line.error().kind == ErrorKind::timeout);
    std::string_view goodbye = "421 timeout\r\n";
    const auto sent = co_await here.write(goodbye, test::soon());
    CHECK(sent);
    const auto got = co_await there.read_line(100, true, test::soon());
    REQUIRE(got);
    CHECK(*got == "421 timeout");
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    loop.run(talk(a, b));
  }
}

TEST_CASE("a deadline in the past still lets through what is there") {
  const auto talk = [](Connection& here, Connection& there) -> Task<> {
    std::string_view bytes = "here\r\n";
    co_await there.write(bytes, test::soon());
    const auto line = co_await here.read_line(100, true, test::in(-1s));
    REQUIRE(line);
    const auto next = co_await here.read_line(100, true, test::in(-1s));
    REQUIRE(!next);
    CHECK(next.error().kind == ErrorKind::timeout);
  };
  test::Loop loop;
  auto [a, b] = test::socket_pair(loop.executor());
  loop.run(talk(a, b));
}

TEST_CASE("an earlier deadline is met after a later one") {
  const auto talk = [](Connection& here, Connection& there) -> Task<> {
    std::string_view bytes = "x";
    co_await there.write(bytes, test::soon());
    for (const auto time : {30'000ms, 20ms, 30'000ms, 10ms}) {
      if (time == 30'000ms) {
        const auto first = co_await here.wait_readable(test::in(time));
        CHECK(first);
        continue;
      }
      co_await here.read_some(10, test::soon());
      const auto none = co_await here.wait_readable(test::in(time));
      REQUIRE(!none);
      CHECK(none.error().kind == ErrorKind::timeout);
      co_await there.write(bytes, test::soon());
    }
  };
  test::Loop loop;
  auto [a, b] = test::socket_pair(loop.executor());
  loop.run(talk(a, b));
}

TEST_CASE("a write to a peer that does not read ends at its deadline") {
  const auto talk = [](Connection& here) -> Task<> {
    const auto bytes = pattern(large);
    const auto sent = co_await here.write(bytes, test::in(20ms));
    REQUIRE(!sent);
    CHECK(sent.error().kind == ErrorKind::timeout);
    const auto after = co_await here.write(bytes, test::soon());
    CHECK(!after);
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    loop.run(talk(a));
  }
}

TEST_CASE("wait_readable leaves the connection usable") {
  const auto talk = [](Connection& here, Connection& there) -> Task<> {
    const auto none = co_await here.wait_readable(test::in(10ms));
    REQUIRE(!none);
    CHECK(none.error().kind == ErrorKind::timeout);
    std::string_view bytes = "a\r\nb\r\n";
    co_await there.write(bytes, test::soon());
    const auto some = co_await here.wait_readable(test::soon());
    CHECK(some);
    auto line = co_await here.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "a");
    const auto buffered = co_await here.wait_readable(test::in(-1s));
    CHECK(buffered);
    line = co_await here.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "b");
    there.close();
    const auto end = co_await here.wait_readable(test::soon());
    CHECK(end);
    line = co_await here.read_line(100, true, test::soon());
    REQUIRE(!line);
    CHECK(line.error().kind == ErrorKind::closed);
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    loop.run(talk(a, b));
  }
}

TEST_CASE("a session waits for its peer or for an event") {
  const auto session = [](Connection& here, async::Event& event) -> Task<> {
    auto wake = co_await here.wait_readable_or(event, test::in(10ms));
    CHECK(wake == Wake::timeout);
    for (int i = 0; i < 3; ++i) {
      wake = co_await here.wait_readable_or(event, test::soon());
      CHECK(wake == Wake::notified);
      CHECK(!event.notified());
    }
    wake = co_await here.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::readable);
    const auto line = co_await here.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "DONE");
    wake = co_await here.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::readable); // the end
  };
  const auto others = [](Connection& there, async::Event& event) -> Task<> {
    co_await async::sleep_until(test::in(30ms));
    event.notify();
    co_await async::sleep_until(test::in(5ms));
    event.notify();
    event.notify();
    co_await async::sleep_until(test::in(5ms));
    event.notify();
    co_await async::sleep_until(test::in(5ms));
    std::string_view bytes = "DONE\r\n";
    co_await there.write(bytes, test::soon());
    co_await async::sleep_until(test::in(5ms));
    there.close();
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    async::Event event;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    test::run_both(loop, session(a, event), others(b, event));
  }
}

TEST_CASE("a notification before the wait is not lost, nor one beside data") {
  const auto talk = [](Connection& here, Connection& there, async::Event& event) -> Task<> {
    event.notify();
    auto wake = co_await here.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::notified);
    event.notify();
    std::string_view bytes = "x";
    co_await there.write(bytes, test::soon());
    wake = co_await here.wait_readable_or(event, test::soon());
    CHECK(wake == Wake::readable);
    CHECK(event.notified());
  };
  test::Loop loop;
  async::Event event;
  auto [a, b] = test::socket_pair(loop.executor());
  loop.run(talk(a, b, event));
}

TEST_CASE("close ends a read and a write that are under way") {
  const auto reads = [](Connection& here) -> Task<> {
    const auto line = co_await here.read_line(100, true, test::soon());
    REQUIRE(!line);
    CHECK(line.error().kind == ErrorKind::closed);
  };
  const auto writes = [](Connection& here) -> Task<> {
    const auto bytes = pattern(large);
    const auto sent = co_await here.write(bytes, test::soon());
    REQUIRE(!sent);
    CHECK(sent.error().kind == ErrorKind::closed);
  };
  const auto closes = [](Connection& here) -> Task<> {
    co_await async::sleep_until(test::in(10ms));
    here.close();
    here.close();
    const auto readable = co_await here.wait_readable(test::soon());
    CHECK(readable);
    const auto after = co_await here.read_some(1, test::soon());
    REQUIRE(!after);
    CHECK(after.error().kind == ErrorKind::closed);
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    test::Loop loop;
    auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
    async::Gate gate(loop.executor(), [](const std::exception_ptr&) { CHECK(false); });
    gate.spawn(reads(a));
    gate.spawn(writes(a));
    gate.spawn(closes(a));
    loop.run(gate.close());
  }
}

TEST_CASE("a coroutine that is still suspended dies with its loop") {
  const auto waits = [](std::shared_ptr<int> held, Connection here) -> Task<> {
    co_await here.read_line(100, true, net::Deadline::max());
    ++*held;
  };
  for (const bool memory : {false, true}) {
    CAPTURE(memory);
    const auto held = std::make_shared<int>(0);
    {
      test::Loop loop;
      auto [a, b] = memory ? net::memory_pair(loop.executor()) : test::socket_pair(loop.executor());
      async::Gate gate(loop.executor(), nullptr);
      gate.spawn(waits(held, std::move(a)));
      loop.run(async::sleep_until(test::in(5ms)));
      CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
  }
}

TEST_CASE("a stream that breaks or stalls") {
  const auto reads = [](Connection& here, Connection& there, ErrorKind want) -> Task<> {
    std::string_view bytes = "123456789";
    co_await there.write(bytes, test::soon());
    std::string got;
    while (true) {
      const auto some = co_await here.read_some(100, test::in(20ms));
      if (!some) {
        CHECK(some.error().kind == want);
        break;
      }
      got += *some;
    }
    CHECK(got == "12345");
  };
  test::Loop loop;
  auto [a, b] = net::memory_pair(loop.executor(), {.reset_after = 5});
  loop.run(reads(a, b, ErrorKind::closed));
  auto [c, d] = net::memory_pair(loop.executor(), {.stall_after = 5});
  loop.run(reads(c, d, ErrorKind::timeout));
}

TEST_CASE("errors name the peer") {
  const auto reads = [](Connection& here, Connection& there) -> Task<> {
    there.close();
    const auto line = co_await here.read_line(100, true, test::soon());
    REQUIRE(!line);
    CHECK(line.error().text == "read from 192.0.2.7:25: the peer closed the connection");
  };
  test::Loop loop;
  const net::Endpoint peer{net::Address::v4({192, 0, 2, 7}), 25};
  auto [a, b] = net::memory_pair(loop.executor(), {}, {.address = peer});
  CHECK(a.peer() == peer);
  CHECK(b.local() == peer);
  loop.run(reads(a, b));
}
