// The socket through which users of the host submit mail: who they are says the system.
#include "lifecycle/server_world.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace mox;
using namespace mox::lifecycle;
using namespace mox::lifecycle::test;
using mox::test::Client;

namespace {

SubmitSocket socket_in(const ServerWorld& world) {
  return {.path = world.folder.path() / "submit",
          .hostname = "mx.example",
          .max_message_size = 1000,
          .senders = localusers::Senders(dns::parse_name("mx.example").value(), {}),
          .name_of = [](uid_t uid) -> std::optional<std::string> {
            if (uid == ::geteuid()) return "tester";
            return std::nullopt;
          }};
}

Config config_with_socket(ServerWorld& world) {
  auto config = world.config({Protocol::metrics});
  config.submit_socket = socket_in(world);
  return config;
}

} // namespace

TEST_CASE("submit socket: mail of a user of this host is delivered") {
  ServerWorld world;
  const auto server = world.start(config_with_socket(world));
  REQUIRE(server);
  Client client(socket_in(world).path);
  CHECK(client.line() == "220 mx.example ESMTP");
  client.say("EHLO localhost\r\n");
  CHECK(client.line_with("250-SIZE") == "250-SIZE 1000");
  CHECK(client.line_with("250 ") == "250 SMTPUTF8");
  client.say("MAIL FROM:<tester@mx.example>\r\nRCPT TO:<mjl@mox.example>\r\nDATA\r\n");
  CHECK(client.line_with("354 ").starts_with("354 "));
  client.say("Subject: x\r\n\r\ntext\r\n.\r\n");
  CHECK(client.line().starts_with("250 2.2.0 stored"));
  CHECK(world.messages() == 1);
  world.wait_until_logged(fmt::format("user=tester uid={}", ::geteuid()));
  // Only root may be anybody.
  client.say("MAIL FROM:<other@mx.example>\r\n");
  const auto reply = client.line();
  CAPTURE(reply);
  if (::geteuid() == 0)
    CHECK(reply.starts_with("250 "));
  else
    CHECK(reply.starts_with(fmt::format("550 5.7.1 you are the Unix user tester (uid {}) and may "
                                        "send as tester@mx.example, not as other@mx.example",
                                        ::geteuid())));
  Client metrics(place_of(**server, Protocol::metrics));
  metrics.say("GET /metrics HTTP/1.0\r\n\r\n");
  CHECK(
      metrics.rest().find("mox_connections_count{listener=\"submit\",protocol=\"submission\"} 1") !=
      std::string::npos);
}

TEST_CASE("submit socket: all users may connect to it while the server runs") {
  ServerWorld world;
  const auto path = socket_in(world).path;
  auto server = world.start(config_with_socket(world));
  REQUIRE(server);
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK(S_ISSOCK(status.st_mode));
  CHECK((status.st_mode & 0777U) == 0666U);
  Client client(path);
  CHECK(client.line() == "220 mx.example ESMTP");
  (*server)->stop();
  CHECK(client.line().starts_with("421 4.3.2 shutting down"));
  CHECK(client.line() == "(end)");
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("submit socket: connections beyond the limit cost their user a reply each") {
  ServerWorld world;
  const auto server = world.start(config_with_socket(world));
  REQUIRE(server);
  const auto path = socket_in(world).path;
  std::vector<Client> open;
  for (int i = 0; i < 30; ++i) {
    open.emplace_back(path);
    CHECK(open.back().line() == "220 mx.example ESMTP");
  }
  for (int i = 0; i < 100; ++i) {
    Client refused(path);
    CHECK(refused.line() == "421 4.7.0 too many open connections of your user");
    CHECK(refused.line() == "(end)");
  }
  open.front().say("QUIT\r\n");
  CHECK(open.front().line().starts_with("221 "));
  CHECK(open.front().line() == "(end)");
  wait_until([&] { return Client(path).line() == "220 mx.example ESMTP"; });
}

TEST_CASE("submit socket: what stands in its place is an error that names it") {
  ServerWorld world;
  const auto path = socket_in(world).path;
  std::ofstream(path) << "a file";
  const auto server = world.start(config_with_socket(world));
  REQUIRE_FALSE(server);
  CHECK(server.error().text ==
        fmt::format("listen on {}: what stands there is not a socket", path.native()));
}
