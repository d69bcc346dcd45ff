// Waiting for messages.
#include "api_world.h"
#include "async/sleep.h"
#include "support/catch.h"
#include "support/sockets.h"

#include <string>
#include <vector>

using namespace mox;
using namespace mox::localapi::test;

namespace {

async::Task<> deliver_all(ApiWorld& world, std::vector<Sent> all) {
  for (auto& sent : all) {
    const auto id = co_await world.deliver_later(std::move(sent));
    static_cast<void>(id);
  }
}

std::string recipient(const Got& got) {
  return std::string(got.json().at("smtp").at("delivered_to").as_string());
}

} // namespace

TEST_CASE("wait: for the first that fits, among those that come") {
  ApiWorld world;
  world.deliver({.to = {"early@x"}});
  const auto got =
      world.ask_while("/api/wait?to=late@x&timeout=1m",
                      deliver_all(world, {{.to = {"other@x"}},
                                          {.to = {"late@x"}, .mailbox = "Sent"},
                                          {.to = {"late@x"}, .account = "alice@localhost"},
                                          {.to = {"late@x"}}}));
  REQUIRE(got.status == 200);
  CHECK(recipient(got) == "late@x");
  CHECK(std::string(got.json().at("mailbox").as_string()) == "Inbox");
  CHECK(std::string(got.json().at("inbox").as_string()) == "mox@localhost");
  CHECK_FALSE(got.json().at("message").at("fields").as_array().empty());
  world.end();
}

TEST_CASE("wait: one that is there already will do, unless since says otherwise") {
  ApiWorld world;
  const auto mark = std::string(world.get("/api/info").json().at("mark").as_string());
  const auto first = world.deliver({.to = {"a@x"}});
  CHECK(recipient(world.get("/api/wait?to=a@x&timeout=0s")) == "a@x");
  CHECK(recipient(world.get("/api/wait?to=a@x&timeout=0s&since=" + mark)) == "a@x");
  CHECK(world.get("/api/wait?to=a@x&timeout=0s&since=" + first).status == 409);
  CHECK(world.get("/api/wait?to=a@x&timeout=0s&since=now").status == 409);
  const auto got =
      world.ask_while("/api/wait?since=now&timeout=1m", deliver_all(world, {{.to = {"b@x"}}}));
  CHECK(recipient(got) == "b@x");
  world.end();
}

TEST_CASE("wait: in an inbox and a mailbox that are named") {
  ApiWorld world;
  const auto alice = world.ask_while(
      "/api/wait?inbox=alice@localhost&timeout=1m",
      deliver_all(world, {{.to = {"a@x"}}, {.to = {"b@x"}, .account = "alice@localhost"}}));
  CHECK(recipient(alice) == "b@x");
  const auto sent =
      world.ask_while("/api/wait?mailbox=Sent&timeout=1m",
                      deliver_all(world, {{.to = {"a@x"}}, {.to = {"c@x"}, .mailbox = "Sent"}}));
  CHECK(recipient(sent) == "c@x");
  // Nobody has made it yet.
  const auto made = world.ask_while("/api/wait?mailbox=Later&timeout=1m",
                                    deliver_all(world, {{.to = {"d@x"}, .mailbox = "Later"}}));
  CHECK(recipient(made) == "d@x");
  world.end();
}

TEST_CASE("wait: a mailbox that is made anew is new in all") {
  ApiWorld world;
  for (int i = 0; i < 3; ++i) world.deliver({.to = {"a@x"}, .mailbox = "Again"});
  const auto again = [](ApiWorld& in) -> async::Task<> {
    co_await async::sleep_until(mox::test::in(std::chrono::milliseconds(2)));
    in.remove_mailbox("Again");
    const auto id = co_await in.deliver_later({.to = {"b@x"}, .mailbox = "Again"});
    static_cast<void>(id);
  };
  const auto got = world.ask_while("/api/wait?mailbox=Again&since=now&timeout=1m", again(world));
  CHECK(recipient(got) == "b@x");
  world.end();
}

TEST_CASE("wait: nothing in time") {
  ApiWorld world;
  world.deliver({});
  world.deliver({});
  const auto got = world.get("/api/wait?subject=other&timeout=20ms");
  CHECK(got.status == 409);
  CHECK(std::string(got.json().at("error").as_string()) ==
        "no message that fits came within 20 ms");
  CHECK(std::string(got.json().at("advice").as_string()).contains("has 2 messages"));
  world.end();
}

TEST_CASE("wait: the server stops, or the one who waits goes") {
  ApiWorld world;
  world.ask_and_leave("/api/wait?timeout=1m");
  const auto got = world.ask_while("/api/wait?timeout=1m", world.stop_later());
  CHECK(got.status == 503);
  CHECK(got.head.contains("Connection: close\r\n"));
  world.end();
}

TEST_CASE("wait: times") {
  struct Row {
    const char* timeout;
    unsigned want;
  };

  ApiWorld world;
  world.deliver({});
  const std::vector<Row> rows = {
      {"5", 200},    {"0", 200},    {"500ms", 200}, {"5m", 200},          {"300s", 200},
      {"301s", 400}, {"6m", 400},   {"ms", 400},    {"s", 400},           {"1h", 400},
      {"-1s", 400},  {"1.5s", 400}, {"1 s", 400},   {"99999999999", 400},
  };
  for (const auto& row : rows) {
    CAPTURE(row.timeout);
    CHECK(world
              .get(std::string("/api/wait?timeout=") +
                   (row.timeout == std::string("1 s") ? "1%20s" : row.timeout))
              .status == row.want);
  }
  world.end();
}
