// Without signatures: those are made in signed_zones_test.py. What is not below an anchor is
// insecure, and comes from a server on loopback.

#include "async/io_threads.h"
#include "file/file.h"
#include "name_server.h"
#include "resolver/cache.h"
#include "resolver/validating_resolver.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <string>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using namespace std::string_literals;
using dns::Type;
using resolver::Problem;
using resolver::ValidatingResolver;
using test::NameServer;
using test::Query;
using test::reply;
using test::wire_name;
using test::wire_record;

namespace {

dns::Name name(std::string_view text) {
  return *dns::parse_name(text);
}

std::vector<dns::Anchor> anchors() {
  return *dns::parse_anchors("anchored. DS 1 8 2 "
                             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n");
}

std::vector<std::string> answer(const Query& query) {
  const auto soa = wire_record(
      "example", 6, 60, wire_name("ns") + wire_name("x") + std::string(18, '\0') + "\x00\x3c"s);
  if (query.asks_for("silent.example")) return {};
  if (query.asks_for("none.example")) return {reply(query, 0x8183, {.authority = {soa}})};
  if (query.asks_for("fails.example")) return {reply(query, 0x8182)};
  if (query.asks_for("alias.example") && query.question().substr(15, 2) == "\x00\x01"s)
    return {reply(query, 0x8180,
                  {.answer = {wire_record("alias.example", 5, 50, wire_name("host.example")),
                              wire_record("host.example", 1, 300, "\xc0\x00\x02\x01"s)}})};
  if (query.question().ends_with("\x00\x01\x00\x01"s)) {
    const auto owner = query.question().substr(0, query.question().size() - 4);
    return {reply(query, 0x81a0,
                  {.answer = {owner + test::number16(1) + test::number16(1) + "\0\0\1\0"s +
                              test::number16(4) + "\xc0\x00\x02\x01"s}})};
  }
  return {reply(query, 0x8180, {.authority = {soa}})};
}

// A resolver that forwards to `server`, whose answers come in on `home`.
std::unique_ptr<ValidatingResolver> forwarding(const NameServer& server,
                                               const async::Executor& home) {
  auto made =
      ValidatingResolver::make({.anchors = anchors(), .forward_to = server.endpoint()}, home);
  if (!made) FAIL(made.error().text);
  return *std::move(made);
}

Problem problem(const auto& outcome) {
  REQUIRE_FALSE(outcome);
  CAPTURE(outcome.error().text);
  return outcome.error().problem;
}

} // namespace

TEST_CASE("insecure answers of the validating resolver") {
  const NameServer server(answer);
  test::Loop loop;
  const auto resolver = forwarding(server, loop.executor());
  const auto ask = [&](std::string_view asked, Type type, std::chrono::milliseconds time) {
    return loop.run(resolver->query(name(asked), type, std::chrono::steady_clock::now() + time));
  };
  const auto host = ask("host.example", Type::a, 20s);
  REQUIRE(host);
  CHECK(dns::to_string(host->records.at(0).data) == "192.0.2.1");
  CHECK_FALSE(host->authentic); // whatever the server says
  CHECK(host->name == name("host.example"));
  const auto alias = ask("alias.example", Type::a, 20s);
  REQUIRE(alias);
  CHECK(alias->aliases == std::vector{name("alias.example")});
  CHECK(alias->name == name("host.example"));
  CHECK(problem(ask("none.example", Type::a, 20s)) == Problem::nxdomain);
  CHECK(problem(ask("host.example", Type::mx, 20s)) == Problem::no_data);
  CHECK(problem(ask("fails.example", Type::a, 20s)) == Problem::servfail);
  const auto start = std::chrono::steady_clock::now();
  CHECK(problem(ask("silent.example", Type::a, 200ms)) == Problem::timeout);
  CHECK(problem(ask("host.example", Type::a, 0ms)) == Problem::timeout);
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  // The zone of the anchor has no keys.
  CHECK(problem(ask("host.anchored", Type::a, 20s)) == Problem::no_anchor);
}

TEST_CASE("the validating resolver is asked on several threads") {
  const NameServer server(answer);
  async::IoThreads threads(3, [](const std::exception_ptr&) { FAIL("an exception"); });
  auto resolver = forwarding(server, threads.executor(0));
  threads.start();
  std::vector<std::future<resolver::Outcome>> waiting;
  for (int i = 0; i < 300; ++i) {
    const auto asked = i % 10 == 9 ? "silent.example" : "h" + std::to_string(i % 50) + ".example";
    const auto time = i % 10 == 9 ? 50ms : 20'000ms;
    waiting.push_back(boost::asio::co_spawn(
        threads.executor(static_cast<std::size_t>(i) % threads.size()),
        resolver->query(name(asked), Type::a, std::chrono::steady_clock::now() + time),
        boost::asio::use_future));
  }
  int found = 0;
  int late = 0;
  for (auto& one : waiting) {
    const auto outcome = one.get();
    if (outcome)
      ++found;
    else if (outcome.error().problem == Problem::timeout)
      ++late;
  }
  CHECK(found == 270);
  CHECK(late == 30);
  threads.stop();
  resolver.reset();
}

TEST_CASE("what is learnt of new keys is kept in a file") {
  const NameServer server(answer);
  test::TemporaryFolder folder;
  test::Loop loop;
  const auto state = folder.path() / "root.key";
  for (int i = 0; i < 2; ++i) {
    const auto made = ValidatingResolver::make(
        {.anchors = anchors(), .forward_to = server.endpoint(), .anchor_state = state},
        loop.executor());
    REQUIRE(made);
    CHECK(loop.run(
        (*made)->query(name("host.example"), Type::a, std::chrono::steady_clock::now() + 20s)));
    CHECK(file::read_file(state, 10'000)->find("0123456789") != std::string::npos);
  }
  const auto made = ValidatingResolver::make(
      {.anchors = anchors(), .anchor_state = folder.path() / "none" / "root.key"}, loop.executor());
  REQUIRE_FALSE(made);
}

TEST_CASE("a validating resolver may end while its server is silent") {
  const NameServer server([](const Query&) { return std::vector<std::string>(); });
  test::Loop loop;
  auto resolver = forwarding(server, loop.executor());
  CHECK(problem(loop.run(resolver->query(name("a.example"), Type::a,
                                         std::chrono::steady_clock::now() + 50ms))) ==
        Problem::timeout);
  resolver.reset();
  CHECK_THROWS(ValidatingResolver::make({}, loop.executor()));
}
