#include "submitclient/addresses.h"
#include "submitclient/route.h"
#include "support/catch.h"
#include "support/fake_clock.h"
#include "support/temporary_folder.h"
#include "text/base64.h"
#include "tls/public_key.h"

#include <fstream>
#include <string>

using namespace mox;
using namespace mox::submitclient;

namespace {

const std::string server = "local-hostname = 'web1.example'\nhost = 'mail.example'\nport = 465\n"
                           "username = 'u'\nfrom = 'web1@example.org'\n";

struct World {
  Result<Route> read(Errors errors = Errors::shown) const {
    return read_route(folder / "sendmail.toml", "/run/mox/submit", errors, clock);
  }

  Result<Route> read(const std::string& text, Errors errors = Errors::shown) const {
    write("sendmail.toml", text);
    return read(errors);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
  }

  test::TemporaryFolder folder;
  test::FakeClock clock;
};

} // namespace

TEST_CASE("without a file messages go to the socket") {
  const World world;
  const auto route = world.read().value();
  CHECK(route.socket == "/run/mox/submit");
  CHECK_FALSE(route.server);
  CHECK_FALSE(route.from);
  CHECK(route.hostname.empty());
}

TEST_CASE("a file names a socket, a server, or both") {
  const World world;
  const auto socket = world.read("submit-socket = '/s'\nlocal-hostname = 'a.example'\n").value();
  CHECK(socket.socket == "/s");
  CHECK(socket.hostname.ascii() == "a.example");
  CHECK_FALSE(socket.server);

  const auto remote = world
                          .read(server + "tls = true\npassword = 'p'\nrequire-tls = 'no'\n"
                                         "default-destination = 'admin@example.org'\n"
                                         "auth-method = 'SCRAM-SHA-256'\n")
                          .value();
  CHECK(remote.socket.empty());
  REQUIRE(remote.server);
  CHECK(remote.server->host == "mail.example");
  CHECK(remote.server->port == 465);
  CHECK(remote.server->encryption == Server::Encryption::immediate);
  CHECK_FALSE(remote.server->trusts_anybody);
  CHECK(remote.server->user == "u");
  CHECK(remote.server->password.view() == "p");
  CHECK_FALSE(remote.server->certificate);
  CHECK(remote.server->mechanisms == std::vector<std::string>{"SCRAM-SHA-256"});
  CHECK(to_string(*remote.from) == "web1@example.org");
  CHECK(to_string(*remote.bare_destination) == "admin@example.org");
  CHECK(remote.require_tls == config::RequireTls::no);

  const auto both = world
                        .read(server + "submit-socket = '/s'\nstarttls = true\npassword = 'p'\n"
                                       "tls-insecure-skip-verify = true\n")
                        .value();
  CHECK(both.socket == "/s");
  CHECK(both.server->encryption == Server::Encryption::starttls);
  CHECK(both.server->trusts_anybody);
  CHECK(both.server->mechanisms.empty());

  CHECK(world.read(server + "password = 'p'\n").value().server->encryption ==
        Server::Encryption::none);
}

TEST_CASE("keys and certificates are read with the file") {
  const World world;
  const auto key = tls::make_client_key("web1", world.clock.wall()).value();
  const auto seed = text::base64url_encode(key.seed.view());
  const auto by_seed =
      world.read(server + "tls = true\nclient-auth-ed25519-private-key = '" + seed + "'\n");
  REQUIRE(by_seed);
  CHECK(by_seed->server->certificate);
  CHECK(by_seed->server->password.view().empty());

  const auto pem = (world.folder / "key.pem").native();
  const auto by_file =
      server + "tls = true\nclient-auth-cert-private-key-pem-file = '" + pem + "'\n";
  const auto missing = world.read(by_file);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::invalid);
  CHECK(missing.error().text.find(pem) != std::string::npos);
  world.write("key.pem", "nonsense");
  CHECK(world.read(by_file).error().kind == ErrorKind::invalid);
  world.write("key.pem", key.pem.key + key.pem.certificate);
  CHECK(world.read(by_file)->server->certificate);

  const auto plain = world.read(server + "client-auth-ed25519-private-key = '" + seed + "'\n");
  REQUIRE_FALSE(plain);
  CHECK(plain.error().text.find("can only be shown with TLS") != std::string::npos);
}

TEST_CASE("what is wrong with the file is told in one line, or not at all") {
  const World world;
  const auto shown = world.read(server + "prot = 1\nport = 'x'\npassword = 'p'\n");
  REQUIRE_FALSE(shown);
  CHECK(shown.error().kind == ErrorKind::invalid);
  CHECK(shown.error().text.find("sendmail.toml:") != std::string::npos);
  CHECK(shown.error().text.find('\n') == std::string::npos);

  for (const std::string text : {"hunter2 = 1\n", "= hunter2", "username = hunter2"}) {
    CAPTURE(text);
    const auto hidden = world.read(text, Errors::places_only);
    REQUIRE_FALSE(hidden);
    CHECK(hidden.error().text.find("hunter2") == std::string::npos);
    CHECK(hidden.error().text.find("sendmail.toml:1: wrong") != std::string::npos);
  }
}

TEST_CASE("hosts are looked up") {
  CHECK(look_up("192.0.2.1").value() == std::vector{net::Address::v4({192, 0, 2, 1})});
  CHECK(look_up("2001:db8::1").value().front().to_string() == "2001:db8::1");
  const auto local = look_up("localhost").value();
  REQUIRE_FALSE(local.empty());
  for (const auto& address : local) CHECK(address.is_loopback());
  const auto unknown = look_up("no such host");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::temporary);
  CHECK(unknown.error().text.starts_with("look up no such host: "));
}
