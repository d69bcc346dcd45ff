// The folder of an instance: made whole or not at all, over nobody's files, and read back.
#include "bloblog/faults.h"
#include "file/file.h"
#include "localserve/folder.h"
#include "support/catch.h"
#include "support/fake_random.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"
#include "tls/certificate_store.h"
#include "tls/client_context.h"
#include "tls/self_signed.h"
#include "tls/server_context.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <optional>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace mox;
using namespace mox::localserve;

namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

class World {
public:
  Result<> make(std::vector<net::Address> ips = {}) {
    return localserve::make(path, std::move(ips), clock, random);
  }

  std::string content(const fs::path& name) const {
    return file::read_file(path / name, 1U << 20U).value();
  }

  void write(const fs::path& name, std::string_view bytes) const {
    REQUIRE(file::replace(path / name, bytes));
  }

  std::vector<std::string> entries() const { return file::list(path).value(); }

  test::TemporaryFolder above;
  fs::path path = above / "some" / "where";
  SystemClock clock; // certificates are checked against the real time
  test::FakeRandom random;
};

net::Address address(std::string_view text) {
  return net::Address::parse(text).value();
}

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

// Where the superuser is asked for permission like everybody else: on this thread, while it lives.
class NotSuperuser {
public:
  NotSuperuser() : before_(::setfsuid(nobody)) {}

  ~NotSuperuser() { ::setfsuid(static_cast<uid_t>(before_)); }

  NotSuperuser(const NotSuperuser&) = delete;
  NotSuperuser& operator=(const NotSuperuser&) = delete;

private:
  int before_;
};

async::Task<> shake_hands(net::Connection& server, tls::ServerContext& context) {
  const auto done = co_await server.start_tls(context, test::soon());
  if (!done) server.close();
}

async::Task<> shake_hands(net::Connection& client, tls::ClientContext& context, std::string name,
                          bool& good) {
  const auto done = co_await client.start_tls_client(context, std::move(name), test::soon());
  good = done.has_value();
  if (!done) client.close();
}

// Whether a client that trusts localhost.crt takes the server for `name`.
bool is_good_for(const Folder& folder, const std::string& name) {
  tls::CertificateStore store({folder.certificate});
  tls::ServerContext server_context(store);
  auto client_context = tls::ClientContext::authorities(
                            file::read_file(folder.path / "localhost.crt", 1U << 20U).value())
                            .value();
  test::Loop loop;
  auto [client, server] = test::socket_pair(loop.executor());
  bool good = false;
  test::run_both(loop, shake_hands(server, server_context),
                 shake_hands(client, client_context, name, good));
  return good;
}

} // namespace

TEST_CASE("folder: made fresh, with the folders above it, and read back") {
  World world;
  CHECK_FALSE(is_made(world.path));
  REQUIRE(world.make());
  CHECK(is_made(world.path));
  const std::vector<std::string> entries = {"data", "localhost.crt", "localhost.key", "mox.toml",
                                            "receivedid.key"};
  CHECK(world.entries() == entries);
  CHECK(mode_of(world.path) == 0700);
  CHECK(mode_of(world.path / "data") == 0700);
  CHECK(mode_of(world.path / "localhost.crt") == 0644);
  for (const char* secret : {"localhost.key", "receivedid.key", "mox.toml"}) {
    CAPTURE(secret);
    CHECK(mode_of(world.path / secret) == 0600);
  }

  const auto folder = read(world.path);
  INFO((folder ? std::string() : folder.error().text));
  REQUIRE(folder);
  CHECK(folder->path == world.path);
  CHECK(folder->config.data_dir == world.path / "data");
  CHECK(folder->config.hostname == "localhost");
  CHECK(folder->config.ips == std::vector{address("127.0.0.1"), address("::1")});
  CHECK(folder->certificate.names() == std::vector<std::string>{"localhost"});
  const std::string key(folder->received_id_key.begin(), folder->received_id_key.end());
  CHECK(key == world.content("receivedid.key"));
  CHECK(key != std::string(key.size(), '\0'));
}

TEST_CASE("folder: an empty one is taken as it is") {
  World world;
  fs::create_directories(world.path);
  CHECK_FALSE(is_made(world.path));
  REQUIRE(world.make());
  CHECK(read(world.path));
}

TEST_CASE("folder: the certificate is good for this machine, and for the addresses it listens on") {
  World world;
  REQUIRE(world.make({address("127.0.0.2"), address("0.0.0.0"), address("127.0.0.1")}));
  const auto folder = read(world.path).value();
  for (const char* name : {"localhost", "127.0.0.1", "::1", "127.0.0.2"}) {
    CAPTURE(name);
    CHECK(is_good_for(folder, name));
  }
  for (const char* name : {"mx.example", "127.0.0.3", "0.0.0.0", "local"}) {
    CAPTURE(name);
    CHECK_FALSE(is_good_for(folder, name));
  }
}

TEST_CASE("folder: two have nothing in common") {
  World world;
  World other;
  other.random.bytes(1);
  REQUIRE(world.make());
  REQUIRE(other.make());
  for (const char* name : {"localhost.key", "localhost.crt", "receivedid.key"}) {
    CAPTURE(name);
    CHECK(world.content(name) != other.content(name));
  }
}

TEST_CASE("folder: other files are left alone") {
  World world;
  fs::create_directories(world.path);
  // One that make() would write over, too.
  const char* name = GENERATE("letter.txt", "localhost.key", ".hidden");
  world.write(name, "precious");
  const auto made = world.make();
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == ErrorKind::exists);
  CHECK(made.error().text == world.path.native() + " holds other files and no mox.toml; name an "
                                                   "empty or new folder with --dir");
  CHECK(world.entries() == std::vector<std::string>{name});
  CHECK(world.content(name) == "precious");
}

TEST_CASE("folder: a file is no folder") {
  World world;
  fs::create_directories(world.path.parent_path());
  REQUIRE(file::replace(world.path, "precious"));
  CHECK_FALSE(is_made(world.path));
  const auto made = world.make();
  REQUIRE_FALSE(made);
  CHECK(made.error().text.starts_with("list " + world.path.native()));
  CHECK(file::read_file(world.path, 100) == "precious");
  world.path /= "below";
  const auto below = world.make();
  REQUIRE_FALSE(below);
  CHECK(below.error().text.find("Not a directory") != std::string::npos);
}

TEST_CASE("folder: what must not be written is an error that names it") {
  World world;
  fs::create_directories(world.path);
  // Neither of the superuser's own folder nor of that above may nobody change anything.
  const std::vector<fs::path> folders = {world.above.path(), world.path.parent_path(), world.path};
  for (const auto& folder : folders) REQUIRE(::chmod(folder.c_str(), 0555) == 0);
  Result<> made;
  {
    const NotSuperuser now;
    SECTION("in a folder that is there") {
      made = world.make();
    }
    SECTION("below it") {
      world.path /= "new";
      made = world.make();
    }
  }
  for (const auto& folder : folders) ::chmod(folder.c_str(), 0755);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == ErrorKind::refused);
  CHECK(made.error().text.find(world.path.native()) != std::string::npos);
  CHECK(made.error().text.ends_with(": Permission denied"));
}

TEST_CASE("folder: what cannot be made whole is not made") {
  struct Row {
    test::Call call;
    int error;
    ErrorKind want;
  };

  const auto row = GENERATE(values<Row>(
      {{test::Call::pwrite, ENOSPC, ErrorKind::full}, {test::Call::fsync, EIO, ErrorKind::io}}));
  World world;
  int nth = 1;
  for (;; ++nth) {
    CAPTURE(nth);
    const test::Failing failing(row.call, row.error, nth);
    const auto made = world.make();
    if (made) break;
    REQUIRE(made.error().kind == row.want);
    CHECK(made.error().text.find(world.path.native()) != std::string::npos);
    CHECK(world.entries().empty());
    CHECK_FALSE(is_made(world.path));
  }
  // One of each file at least has failed.
  CHECK(nth > 4);
  CHECK(read(world.path));
}

TEST_CASE("folder: damage is named") {
  struct Row {
    const char* name;
    std::function<void(World&)> damage;
    ErrorKind want;
    const char* text;
  };

  const auto gone = [](const char* name) {
    return [name](World& world) { fs::remove(world.path / name); };
  };
  const auto holds = [](const char* name, std::string_view bytes) {
    return [name, bytes](World& world) { world.write(name, bytes); };
  };
  const std::string much(2000, 'x');
  const std::vector<Row> rows = {
      {"no configuration", gone("mox.toml"), ErrorKind::not_found, "mox.toml: No such file"},
      {"no certificate", gone("localhost.crt"), ErrorKind::not_found,
       "localhost.crt: No such file"},
      {"no key", gone("localhost.key"), ErrorKind::not_found, "localhost.key: No such file"},
      {"no key of ids", gone("receivedid.key"), ErrorKind::not_found,
       "receivedid.key: No such file"},
      {"a wrong configuration", holds("mox.toml", "data-dir = 3\n"), ErrorKind::invalid,
       "mox.toml:1:12: data-dir must be a string"},
      {"no certificate in it", holds("localhost.crt", "rubbish"), ErrorKind::invalid,
       "localhost.crt"},
      {"no key in it", holds("localhost.key", "rubbish"), ErrorKind::invalid, "localhost.key"},
      {"a key of ids that is too short", holds("receivedid.key", "12345678901234567890123"),
       ErrorKind::corrupt, "receivedid.key: 23 bytes instead of 24"},
      {"a key of ids that is too long", holds("receivedid.key", "1234567890123456789012345"),
       ErrorKind::corrupt, "receivedid.key: 25 bytes instead of 24"},
      {"another file for a key", holds("receivedid.key", much), ErrorKind::invalid,
       "receivedid.key is larger than 1024 bytes"},
      {"somebody else's key",
       [](World& world) {
         const std::vector<std::string> names = {"localhost"};
         const auto pair = tls::make_self_signed(names, world.clock.wall(), std::chrono::days(1));
         world.write("localhost.key", pair->key);
       },
       ErrorKind::invalid, "localhost.crt"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    World world;
    REQUIRE(world.make());
    row.damage(world);
    const auto folder = read(world.path);
    REQUIRE_FALSE(folder);
    CAPTURE(folder.error().text);
    CHECK(folder.error().kind == row.want);
    CHECK(folder.error().text.find(row.text) != std::string::npos);
  }
}

namespace {

// The variable's value in the environment, or none, until the end of the scope.
class Environment {
public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }

  ~Environment() { set(before_ ? before_->c_str() : nullptr); }

  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

private:
  void set(const char* value) const {
    if (value != nullptr)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }

  const char* name_;
  std::optional<std::string> before_;
};

} // namespace

TEST_CASE("folder: where it stands when nobody says") {
  struct Row {
    const char* configured;
    const char* home;
    const char* want; // empty: nowhere
  };

  const auto row = GENERATE(values<Row>({
      {"/etc/conf", "/home/a", "/etc/conf/mox-localserve"},
      {"/etc/conf", nullptr, "/etc/conf/mox-localserve"},
      {nullptr, "/home/a", "/home/a/.config/mox-localserve"},
      {"", "/home/a", "/home/a/.config/mox-localserve"},
      {nullptr, nullptr, ""},
      {"", "", ""},
  }));
  const Environment configured("XDG_CONFIG_HOME", row.configured);
  const Environment home("HOME", row.home);
  const auto path = default_path();
  if (path) {
    CHECK(*path == row.want);
  } else {
    CHECK(std::string_view(row.want).empty());
    CHECK(path.error().kind == ErrorKind::not_found);
  }
}
