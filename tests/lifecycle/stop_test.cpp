// The end of a server: who is told, who may finish, who is cut, and what is kept.
#include "async/event.h"
#include "bloblog/faults.h"
#include "delivery/busy_writer.h"
#include "lifecycle/server_world.h"
#include "resolver/resolver.h"
#include "support/catch.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <semaphore>
#include <stdexcept>
#include <thread>

using namespace mox;
using namespace mox::lifecycle;
using namespace mox::lifecycle::test;
using mox::test::Client;
using mox::test::listens;

namespace {

constexpr std::chrono::milliseconds a_moment{50};
constexpr std::chrono::seconds long_enough{60};
// But not as long as a session waits for its client's next command by itself.
constexpr std::chrono::seconds no_longer_than_needed{10};

constexpr std::string_view letter = "Subject: s\r\n\r\nhello\r\n.\r\n";

std::unique_ptr<Server> must_start(ServerWorld& world, std::initializer_list<Protocol> protocols,
                                   Patience patience) {
  auto config = world.config(protocols);
  config.patience = patience;
  return world.start(std::move(config)).value();
}

} // namespace

TEST_CASE("stop: who waits for a command hears goodbye, and nobody comes in any more") {
  ServerWorld world;
  const auto server = must_start(world, {Protocol::smtp, Protocol::imap, Protocol::metrics},
                                 {no_longer_than_needed, a_moment});
  std::jthread stopper;
  {
    Client smtp(place_of(*server, Protocol::smtp));
    CHECK(smtp.line() == "220 mx.example ESMTP");
    Client imap(place_of(*server, Protocol::imap));
    CHECK(imap.line().starts_with("* OK "));
    Client http(place_of(*server, Protocol::metrics));
    stopper = std::jthread([&] { server->stop(); });
    CHECK(smtp.line().starts_with("421 4.3.2 "));
    CHECK(smtp.line() == "(end)");
    CHECK(imap.line().starts_with("* BYE "));
    CHECK(imap.line() == "(end)");
    CHECK(http.line() == "(end)");
  }
  stopper.join();
  for (const auto& bound : server->bound()) CHECK_FALSE(listens(bound.at));
  CHECK(world.logged().find("l=error") == std::string::npos);
}

TEST_CASE("stop: a message that is on its way may arrive, and is kept") {
  ServerWorld world(store::Engine::lmdb);
  auto server = must_start(world, {Protocol::smtp}, {long_enough, a_moment});
  const auto at = place_of(*server, Protocol::smtp);
  std::jthread stopper;
  {
    auto client = client_in_data(at);
    stopper = std::jthread([&] { server->stop(); });
    wait_until([&] { return !listens(at); });
    client.say(letter);
    CHECK(client.line().starts_with("250 2."));
    CHECK(client.line().starts_with("421 4.3.2 "));
    CHECK(client.line() == "(end)");
  }
  stopper.join();
  // The next server has the message, and may have the address at once.
  server.reset();
  auto config = world.config({});
  config.listeners.front().listen.push_back({.protocol = Protocol::smtp, .at = at});
  const auto next = world.start(std::move(config));
  REQUIRE(next);
  CHECK(world.messages() == 1);
}

TEST_CASE("stop: who does not finish is cut, and what was not acknowledged is gone") {
  ServerWorld world(store::Engine::lmdb);
  auto server = must_start(world, {Protocol::smtp}, {a_moment, long_enough});
  auto client = client_in_data(place_of(*server, Protocol::smtp));
  client.say("Subject: half a mess");
  server->stop();
  CHECK(client.line() == "(end)");
  CHECK(world.logged().find("l=error") == std::string::npos);
  server.reset();
  const auto next = world.start(world.config({Protocol::smtp}));
  REQUIRE(next);
  CHECK(world.messages() == 0);
}

namespace {

// A name server that takes every question and never answers. It does not heed the deadline either.
class Silent final : public resolver::Resolver {
public:
  explicit Silent(std::atomic<int>& asked) : asked_(asked) {}

  async::Task<Result<resolver::Answer, resolver::Failure>> query(dns::Name, dns::Type,
                                                                 SteadyTime) override {
    ++asked_;
    async::Event never;
    co_await never.wait(SteadyTime::max());
    throw std::logic_error("nobody notifies it");
  }

private:
  std::atomic<int>& asked_;
};

} // namespace

TEST_CASE("stop: a message that waits for name servers is answered, and kept") {
  ServerWorld world(store::Engine::lmdb);
  std::atomic<int> asked = 0;
  auto config = world.config({Protocol::smtp});
  config.patience = {std::chrono::seconds(1), long_enough};
  config.make_resolver =
      [&](const async::Executor&) -> Result<std::unique_ptr<resolver::Resolver>> {
    return std::make_unique<Silent>(asked);
  };
  auto server = world.start(std::move(config)).value();
  auto client = client_in_data(place_of(*server, Protocol::smtp));
  client.say(letter);
  wait_until([&] { return asked > 0; });
  std::jthread stopper([&] { server->stop(); });
  CHECK(client.line().starts_with("250 2."));
  CHECK(client.line().starts_with("421 4.3.2 "));
  CHECK(client.line() == "(end)");
  stopper.join();
  CHECK(world.logged().find("l=error") == std::string::npos);
  server.reset();
  const auto next = world.start(world.config({Protocol::smtp}));
  REQUIRE(next);
  CHECK(world.messages() == 1);
}

TEST_CASE("stop: a session that cannot end is abandoned with all that it refers to") {
  // What is abandoned refers to this in turn, until the process ends.
  auto& world = *new ServerWorld;
  auto server = must_start(world, {Protocol::smtp}, {a_moment, a_moment});
  mox::test::BusyWriter busy(*world.store);
  auto client = client_in_data(place_of(*server, Protocol::smtp));
  // The store's own first work comes at its start, and may wait too; no more of it comes then.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto waiting = world.store->waiting_changes();
  client.say(letter);
  // It waits for the disk, behind the other change.
  wait_until([&] { return world.store->waiting_changes() == waiting + 1; });
  server->stop();
  CHECK(client.line() == "(end)");
  CHECK(world.logged().find("sessions did not end; they are abandoned") != std::string::npos);
  server.reset();
  // The store goes on with what it has accepted, and tells a session that nobody runs any more.
  busy.let_go();
  wait_until([&] { return world.store->waiting_changes() == 0; });
  CHECK(world.messages() == 1);
  std::filesystem::remove_all(world.folder.path());
}

TEST_CASE("stop: a second one does nothing") {
  ServerWorld world;
  auto server = must_start(world, {Protocol::smtp}, {});
  SECTION("after the first") {
    server->stop();
    server->stop();
  }
  SECTION("at the same time") {
    std::jthread other([&] { server->stop(); });
    server->stop();
    other.join();
  }
  SECTION("never") {}
  const auto at = place_of(*server, Protocol::smtp);
  server.reset();
  CHECK_FALSE(listens(at));
}

TEST_CASE("stop: a server that nobody has talked to stops too") {
  ServerWorld world;
  const auto server = must_start(world, {}, {});
  CHECK(server->bound().empty());
  server->stop();
  CHECK(world.logged().find("l=error") == std::string::npos);
}

TEST_CASE("stop: a failed disk is told once, whenever somebody asks to hear of it") {
  ServerWorld world(store::Engine::lmdb);
  auto server = must_start(world, {Protocol::smtp, Protocol::metrics}, {});
  std::binary_semaphore told{0};
  std::atomic<int> calls = 0;
  const auto tell = [&] {
    ++calls;
    told.release();
  };
  const bool before = GENERATE(true, false);
  if (before) server->on_failure(tell);
  {
    auto client = client_in_data(place_of(*server, Protocol::smtp));
    const mox::test::Failing failing(mox::test::Call::fdatasync, EIO);
    client.say(letter);
    CHECK(client.line().starts_with("451 4.3.0 "));
    world.wait_until_logged("the disk failed, nothing more can be stored");
  }
  if (!before) server->on_failure(tell);
  REQUIRE(told.try_acquire_for(long_enough));
  {
    // It still answers, but takes nothing.
    auto client = client_in_data(place_of(*server, Protocol::smtp));
    client.say(letter);
    CHECK(client.line().starts_with("451 4.3.0 "));
  }
  server->stop();
  CHECK(calls == 1);
}
