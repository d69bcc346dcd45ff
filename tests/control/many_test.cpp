// A thousand at the same time, of whom some behave badly.
#include "async/gate.h"
#include "async/sleep.h"
#include "control/client_session.h"
#include "control/commands.h"
#include "control/frames.h"
#include "control/server.h"
#include "net/dialer.h"
#include "net/listener.h"
#include "net/socket_transport.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace mox;
using async::Task;

namespace {

constexpr int clients = 1000;

// Two descriptors for each of them.
void allow_descriptors() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 3000));
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(limit.rlim_cur >= 2500);
}

struct World {
  test::Loop loop;
  SystemClock clock;
  async::Pool pool{1};
  control::Handler handler = test::obey;
  std::filesystem::path path;
  int served = 0;
  int failed = 0;
  int answered = 0;
};

Task<> serve(World& world, net::Socket socket) {
  net::Connection connection(net::socket_transport(world.loop.executor(), std::move(socket)));
  async::Event stop;
  const auto ended = co_await control::serve(connection, world.handler, {}, world.clock, stop);
  ++world.served;
  if (!ended) ++world.failed;
}

Task<> ask(World& world, net::Connection connection, std::string parameter) {
  control::ClientSession session(std::move(connection), {}, world.pool, world.clock);
  const auto greeted = co_await session.greet();
  REQUIRE(greeted);
  std::string output;
  const control::Writer writer = [&output](std::string_view bytes) {
    output += bytes;
    return Result<>();
  };
  const control::Request request{"echo", {parameter}};
  for (int i = 0; i < 2; ++i) {
    const auto result = co_await session.run(request, nullptr, writer);
    CHECK(result);
  }
  CHECK(output == parameter + ";" + parameter + ";");
  ++world.answered;
}

// Every third sends nothing, garbage, or a part of a request, and goes.
std::string bad_words(int number) {
  switch (number % 9) {
  case 0: return "";
  case 3: return "STOP\r\n";
  default: return control::print_hello() + test::frame('C', "echo") + test::frame('M', "half");
  }
}

Task<> be_bad(net::Connection connection, std::string words) {
  const auto written = co_await connection.write(words, test::soon());
  CHECK(written);
}

Task<> run(World& world) {
  const auto executor = world.loop.executor();
  async::Gate gate(executor, [](const std::exception_ptr&) { CHECK(false); });
  net::Acceptor::Hooks hooks;
  hooks.on_accept = [&](net::Socket socket) { gate.spawn(serve(world, std::move(socket))); };
  net::Acceptor acceptor(executor, net::Listener::bind_unix(world.path, 0600).value(),
                         std::move(hooks));
  async::Gate accepting(executor, nullptr);
  accepting.spawn(acceptor.run());
  std::vector<net::Connection> connections;
  for (int i = 0; i < clients; ++i) {
    auto connection = co_await net::connect_unix(world.path, test::soon());
    REQUIRE(connection);
    connections.push_back(*std::move(connection));
  }
  // All are connected, and only now they begin.
  async::Gate asking(executor, [](const std::exception_ptr&) { CHECK(false); });
  for (int i = 0; i < clients; ++i) {
    auto& connection = connections[static_cast<std::size_t>(i)];
    if (i % 3 == 0)
      asking.spawn(be_bad(std::move(connection), bad_words(i)));
    else
      asking.spawn(ask(world, std::move(connection), fmt::format("client {}", i)));
  }
  co_await asking.close();
  while (world.served < clients)
    co_await async::sleep_until(test::in(std::chrono::milliseconds(1)));
  acceptor.stop();
  co_await accepting.close();
  co_await gate.close();
}

} // namespace

TEST_CASE("a thousand connections, a third of them hopeless, are served side by side") {
  allow_descriptors();
  const test::TemporaryFolder folder;
  World world;
  world.path = folder / "control";
  world.loop.run(run(world));
  CHECK(world.answered == 666);
  CHECK(world.served == clients);
  CHECK(world.failed == 334);
}
