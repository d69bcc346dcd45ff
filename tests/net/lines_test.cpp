// Lines and blocks of bytes, over every kind of stream.
#include "net/connection.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"

#include <string>
#include <vector>

using namespace mox;
using namespace std::string_literals;
using namespace std::string_view_literals;
using async::Task;
using net::Connection;

namespace {

struct Pair {
  Connection here;
  Connection there;
};

struct Kind {
  const char* name;
  Pair (*make)(const async::Executor&);
};

Pair over_socket(const async::Executor& executor) {
  auto [a, b] = test::socket_pair(executor);
  return {std::move(a), std::move(b)};
}

Pair over_memory(const async::Executor& executor) {
  auto [a, b] = net::memory_pair(executor);
  return {std::move(a), std::move(b)};
}

Pair over_trickle(const async::Executor& executor) {
  auto [a, b] = net::memory_pair(executor, {.trickle = true});
  return {std::move(a), std::move(b)};
}

const Kind kinds[] = {{"socket", over_socket}, {"memory", over_memory}, {"trickle", over_trickle}};

struct Row {
  const char* name;
  std::string_view sent;
  std::size_t max;
  bool strict;
  std::vector<std::string> want; // lines, then the end as "closed" or "invalid"
};

const Row rows[] = {
    {"empty stream", "", 10, true, {"closed"}},
    {"one line", "EHLO a\r\n", 10, true, {"EHLO a", "closed"}},
    {"empty lines", "\r\n\r\n", 10, true, {"", "", "closed"}},
    {"no line end", "EHLO", 10, true, {"closed"}},
    {"bare LF, strict", "a\nb\r\n", 10, true, {"a\nb", "closed"}},
    {"bare LF, lenient", "a\nb\r\n", 10, false, {"a", "b", "closed"}},
    {"bare CR stays", "a\rb\r\n", 10, true, {"a\rb", "closed"}},
    {"bare CR stays, lenient", "a\rb\n", 10, false, {"a\rb", "closed"}},
    {"CR CR LF", "a\r\r\n", 10, true, {"a\r", "closed"}},
    {"NUL bytes", "a\0b\r\n\0\r\n"sv, 10, true, {"a\0b"s, "\0"s, "closed"}},
    {"as long as allowed", "1234\r\n", 6, true, {"1234", "closed"}},
    {"one too long", "12345\r\n", 6, true, {"invalid"}},
    {"too long, lenient", "12345\n", 5, false, {"invalid"}},
    {"fits, lenient", "1234\n", 5, false, {"1234", "closed"}},
    {"too long without an end", "1234567890", 6, true, {"invalid"}},
    {"LF first", "\nx\r\n", 10, true, {"\nx", "closed"}},
};

Task<> send_all(Connection& there, std::string bytes) {
  const auto sent = co_await there.write(bytes, test::soon());
  CHECK(sent);
  there.close();
}

Task<> read_lines(Connection& here, const Row& row) {
  for (const auto& want : row.want) {
    const auto line = co_await here.read_line(row.max, row.strict, test::soon());
    if (line) {
      CHECK(std::string(*line) == want);
      continue;
    }
    CHECK(want == (line.error().kind == ErrorKind::invalid ? "invalid" : "closed"));
    co_return;
  }
}

} // namespace

TEST_CASE("lines are read within their limits") {
  for (const auto& kind : kinds) {
    for (const auto& row : rows) {
      CAPTURE(kind.name, row.name);
      test::Loop loop;
      auto pair = kind.make(loop.executor());
      test::run_both(loop, send_all(pair.there, std::string(row.sent)), read_lines(pair.here, row));
    }
  }
}

namespace {

Task<> long_and_next(Connection& here) {
  const auto first = co_await here.read_line(100, true, test::soon());
  REQUIRE(!first);
  CHECK(first.error().kind == ErrorKind::invalid);
  CHECK(first.error().text == "line of more than 100 bytes");
  CHECK(here.buffered().starts_with("A1 xxx"));
  const auto skipped = co_await here.skip_line(100'000, true, test::soon());
  REQUIRE(skipped);
  const auto next = co_await here.read_line(100, true, test::soon());
  REQUIRE(next);
  CHECK(*next == "next");
  const auto endless = co_await here.skip_line(1000, true, test::soon());
  REQUIRE(!endless);
  CHECK(endless.error().kind == ErrorKind::invalid);
}

Task<> long_line(Connection& here) {
  const auto line = co_await here.read_line(200'000, true, test::soon());
  REQUIRE(line);
  CHECK(*line == std::string(150'000, 'x'));
}

Task<> mixed(Connection& here) {
  const auto command = co_await here.read_line(100, true, test::soon());
  REQUIRE(command);
  CHECK(*command == "A APPEND {300000}");
  std::string literal(300'000, '\0');
  const auto block = co_await here.read_exact(literal, test::soon());
  REQUIRE(block);
  CHECK(literal == std::string(300'000, 'y'));
  const auto rest = co_await here.read_line(100, true, test::soon());
  REQUIRE(rest);
  CHECK(rest->empty());
  std::string missing(1, '\0');
  const auto end = co_await here.read_exact(missing, test::soon());
  REQUIRE(!end);
  CHECK(end.error().kind == ErrorKind::closed);
}

Task<> some_and_unread(Connection& here) {
  std::string all;
  while (all.size() < 12) {
    const auto bytes = co_await here.read_some(5, test::soon());
    REQUIRE(bytes);
    REQUIRE(!bytes->empty());
    CHECK(bytes->size() <= 5);
    all += *bytes;
  }
  CHECK(all == "abcdefghij\r\n");
  here.unread(1);
  const auto last = co_await here.read_some(5, test::soon());
  REQUIRE(last);
  CHECK(last->starts_with("\n"));
}

} // namespace

TEST_CASE("a line that is too long can be skipped, within a limit") {
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    test::Loop loop;
    auto pair = kind.make(loop.executor());
    auto bytes = "A1 " + std::string(20'000, 'x') + "\r\nnext\r\n" + std::string(5'000, 'z');
    test::run_both(loop, send_all(pair.there, bytes), long_and_next(pair.here));
  }
}

TEST_CASE("a line may be larger than the buffer") {
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    test::Loop loop;
    auto pair = kind.make(loop.executor());
    test::run_both(loop, send_all(pair.there, std::string(150'000, 'x') + "\r\n"),
                   long_line(pair.here));
  }
}

TEST_CASE("blocks and lines follow each other") {
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    test::Loop loop;
    auto pair = kind.make(loop.executor());
    auto bytes = "A APPEND {300000}\r\n" + std::string(300'000, 'y') + "\r\n";
    test::run_both(loop, send_all(pair.there, bytes), mixed(pair.here));
  }
}

TEST_CASE("bytes can be given back") {
  for (const auto& kind : kinds) {
    CAPTURE(kind.name);
    test::Loop loop;
    auto pair = kind.make(loop.executor());
    test::run_both(loop, send_all(pair.there, "abcdefghij\r\n"), some_and_unread(pair.here));
  }
}

TEST_CASE("pipelined lines are seen") {
  test::Loop loop;
  auto pair = over_memory(loop.executor());
  const auto talk = [](Connection& here, Connection& there) -> Task<> {
    std::string_view bytes = "one\r\ntwo\r\nthr";
    co_await there.write(bytes, test::soon());
    CHECK(!here.has_buffered_line());
    co_await here.read_line(100, true, test::soon());
    CHECK(here.has_buffered_line());
    co_await here.read_line(100, true, test::soon());
    CHECK(!here.has_buffered_line());
    CHECK(here.buffered() == "thr");
    bytes = "ee\n";
    co_await there.write(bytes, test::soon());
    bytes = "four\r\n";
    co_await there.write(bytes, test::soon());
    auto line = co_await here.read_line(100, true, test::soon());
    REQUIRE(line);
    CHECK(*line == "three\nfour");
  };
  loop.run(talk(pair.here, pair.there));
}
