// Unix sockets in the file system: their permissions, old files, and who is at the other end.
#include "async/gate.h"
#include "async/sleep.h"
#include "net/connection.h"
#include "net/dialer.h"
#include "net/listener.h"
#include "net/socket_transport.h"
#include "net/unix_address.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mox;
using namespace std::chrono_literals;
using async::Task;
using net::Connection;
using net::Listener;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const test::TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path()))
    names.push_back(entry.path().filename());
  return names;
}

mode_t mode_of(const fs::path& path) {
  struct stat found{};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  REQUIRE(S_ISSOCK(found.st_mode));
  return found.st_mode & 07777U;
}

// A socket that is bound to the path, and listens or not.
net::Descriptor bound(const fs::path& path) {
  net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::unix_address(path.native()).value();
  REQUIRE(::bind(socket.get(), address.get(), address.size) == 0);
  return socket;
}

// errno of a connection attempt, or 0.
int try_connecting(const fs::path& path) {
  const net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::unix_address(path.native()).value();
  return ::connect(socket.get(), address.get(), address.size) == 0 ? 0 : errno;
}

// What a child process gives back.
template <class Work> int in_child(Work work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

class Umask {
public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}

  ~Umask() { ::umask(before_); }

  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

private:
  mode_t before_;
};

// Accepts one connection, and dials it.
struct Joined {
  Connection server;
  Connection client;
};

Task<Joined> join(async::Executor executor, fs::path path) {
  std::vector<net::Socket> accepted;
  net::Acceptor acceptor(executor, Listener::bind_unix(path, 0600).value(),
                         {.on_accept = [&](net::Socket s) { accepted.push_back(std::move(s)); },
                          .on_error = [](const Error&) { CHECK(false); }});
  async::Gate gate(executor, nullptr);
  gate.spawn(acceptor.run());
  auto client = co_await net::connect_unix(path, test::soon());
  REQUIRE(client);
  while (accepted.empty()) co_await async::sleep_until(test::in(1ms));
  acceptor.stop();
  co_await gate.close();
  co_return Joined{Connection(net::socket_transport(executor, std::move(accepted.front()))),
                   *std::move(client)};
}

} // namespace

TEST_CASE("bytes go both ways over a Unix socket, and both know who is there") {
  const test::TemporaryFolder folder;
  const auto talk = [](async::Executor executor, fs::path path) -> Task<> {
    auto joined = co_await join(executor, path);
    std::string_view question = "who is there?\n";
    co_await joined.client.write(question, test::soon());
    const auto line = co_await joined.server.read_line(100, false, test::soon());
    CHECK(line == "who is there?");
    std::string_view answer = "me\n";
    co_await joined.server.write(answer, test::soon());
    const auto heard = co_await joined.client.read_line(100, false, test::soon());
    CHECK(heard == "me");
    const net::PeerCredentials me{.uid = ::getuid(), .gid = ::getgid(), .pid = ::getpid()};
    CHECK(joined.server.credentials() == me);
    CHECK(joined.client.credentials() == me);
    const auto silent = co_await joined.server.read_some(1, test::in(1ms));
    REQUIRE(!silent);
    CHECK(silent.error().text == "read from the local process " + std::to_string(::getpid()) +
                                     " of user " + std::to_string(::getuid()) + ": timeout");
    joined.client.close();
    CHECK(joined.client.credentials() == std::nullopt);
  };
  test::Loop loop;
  loop.run(talk(loop.executor(), folder / "socket"));
}

TEST_CASE("the credentials are those of the process that connected") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  auto listener = Listener::bind_unix(path, 0600).value();
  const auto listening = std::move(listener).release();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto address = net::unix_address(path.native()).value();
    const int connected = ::connect(socket.get(), address.get(), address.size);
    char byte = 0;
    // Until the parent has looked.
    ::_exit(connected == 0 && ::read(socket.get(), &byte, 1) == 1 ? 0 : 1);
  }
  pollfd waiting{listening.get(), POLLIN, 0};
  REQUIRE(::poll(&waiting, 1, 30'000) == 1);
  const net::Descriptor accepted(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const auto credentials = net::peer_credentials(accepted.get());
  CHECK(::write(accepted.get(), "x", 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(credentials == net::PeerCredentials{.uid = ::getuid(), .gid = ::getgid(), .pid = child});
}

TEST_CASE("other sockets have no credentials") {
  const net::Descriptor tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(net::peer_credentials(tcp.get()) == std::nullopt);
  CHECK(!net::is_unix(tcp.get()));
  CHECK(net::peer_credentials(-1) == std::nullopt);
  const net::Descriptor alone(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(net::is_unix(alone.get()));
  CHECK(net::peer_credentials(alone.get()) == std::nullopt);
}

TEST_CASE("a socket has just the permissions that it should, whatever the umask is") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  for (const mode_t mask : {0U, 022U, 077U, 0777U}) {
    for (const mode_t mode : {0600U, 0660U, 0666U, 0U}) {
      CAPTURE(mask, mode);
      const Umask with(mask);
      const auto listener = Listener::bind_unix(path, mode);
      REQUIRE(listener);
      CHECK(mode_of(path) == mode);
      CHECK(listener->name() == path.native());
      CHECK(names_in(folder) == std::vector<std::string>{"socket"});
    }
  }
}

TEST_CASE("the permissions decide who may connect") {
  if (::getuid() != 0) {
    WARN("another user can only be tried as root");
    return;
  }
  const test::TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  const auto closed = Listener::bind_unix(folder / "control", 0600).value();
  const auto open = Listener::bind_unix(folder / "submit", 0666).value();
  const auto as_nobody = [&](const char* name) {
    return in_child([&] {
      if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 255;
      return try_connecting(folder / name);
    });
  };
  CHECK(as_nobody("control") == EACCES);
  CHECK(as_nobody("submit") == 0);
}

TEST_CASE("the file goes with the listener, and when the acceptor stops") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  {
    const auto listener = Listener::bind_unix(path, 0600).value();
    CHECK(fs::exists(path));
  }
  CHECK(names_in(folder).empty());
  test::Loop loop;
  net::Acceptor acceptor(loop.executor(), Listener::bind_unix(path, 0600).value(), {});
  CHECK(fs::exists(path));
  acceptor.stop();
  CHECK(names_in(folder).empty());
  acceptor.stop();
}

TEST_CASE("a file that is not the listener's any more stays") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  auto first = std::optional(Listener::bind_unix(path, 0600).value());
  fs::remove(path);
  const auto second = Listener::bind_unix(path, 0666).value();
  first.reset();
  CHECK(mode_of(path) == 0666);
  CHECK(try_connecting(path) == 0);
}

TEST_CASE("the file of a listener that has died is replaced") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  {
    const auto dead = bound(path);
    REQUIRE(::listen(dead.get(), 1) == 0);
  }
  REQUIRE(fs::exists(path));
  REQUIRE(try_connecting(path) == ECONNREFUSED);
  const auto listener = Listener::bind_unix(path, 0600);
  REQUIRE(listener);
  CHECK(mode_of(path) == 0600);
  CHECK(try_connecting(path) == 0);
  CHECK(names_in(folder) == std::vector<std::string>{"socket"});
}

TEST_CASE("a path at which somebody listens is left alone") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  const auto first = Listener::bind_unix(path, 0600).value();
  const auto second = Listener::bind_unix(path, 0666);
  REQUIRE(!second);
  CHECK(second.error() ==
        Error{ErrorKind::exists, "listen on " + path.native() + ": process " +
                                     std::to_string(::getpid()) + " listens there"});
  CHECK(mode_of(path) == 0600);
  CHECK(try_connecting(path) == 0);
  CHECK(names_in(folder) == std::vector<std::string>{"socket"});
}

TEST_CASE("so is one whose listener has no time") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  const auto busy = bound(path);
  REQUIRE(::listen(busy.get(), 0) == 0);
  std::vector<net::Descriptor> waiting;
  while (true) {
    net::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    auto address = net::unix_address(path.native()).value();
    if (::connect(socket.get(), address.get(), address.size) != 0) break;
    waiting.push_back(std::move(socket));
    REQUIRE(waiting.size() < 1000);
  }
  const auto second = Listener::bind_unix(path, 0600);
  REQUIRE(!second);
  CHECK(second.error() ==
        Error{ErrorKind::exists, "listen on " + path.native() + ": another process listens there"});

  const auto dial = [](fs::path at) -> Task<Result<Connection>> {
    co_return co_await net::connect_unix(at, test::in(30ms));
  };
  test::Loop loop;
  const auto connection = loop.run(dial(path));
  REQUIRE(!connection);
  CHECK(connection.error() ==
        Error{ErrorKind::timeout, "connect to " + path.native() + ": timeout"});
}

TEST_CASE("a connection waits until the listener has room for it") {
  const auto dial = [](fs::path at, bool& connected) -> Task<> {
    const auto connection = co_await net::connect_unix(at, test::soon());
    CHECK(connection);
    connected = true;
  };
  const auto accept = [](const net::Descriptor& listening, std::vector<net::Descriptor>& taken,
                         const bool& connected) -> Task<> {
    co_await async::sleep_until(test::in(20ms));
    CHECK(!connected);
    while (!connected) {
      taken.emplace_back(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
      co_await async::sleep_until(test::in(1ms));
    }
  };
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  const auto listening = bound(path);
  REQUIRE(::listen(listening.get(), 0) == 0);
  REQUIRE(::fcntl(listening.get(), F_SETFL, O_NONBLOCK) == 0);
  const net::Descriptor first(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = net::unix_address(path.native()).value();
  REQUIRE(::connect(first.get(), address.get(), address.size) == 0);
  std::vector<net::Descriptor> taken;
  bool connected = false;
  test::Loop loop;
  test::run_both(loop, dial(path, connected), accept(listening, taken, connected));
  CHECK(connected);
}

TEST_CASE("of two that replace the same old file one wins and the other is told") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    fs::remove(path);
    static_cast<void>(bound(path));
    std::array<std::optional<Result<Listener>>, 2> made;
    std::atomic<int> ready = 0;
    {
      std::vector<std::jthread> racers;
      for (auto& mine : made) {
        racers.emplace_back([&mine, &ready, &path] {
          ++ready;
          while (ready < 2) {
          }
          mine = Listener::bind_unix(path, 0600);
        });
      }
    }
    CHECK(made[0]->has_value() != made[1]->has_value());
    for (const auto& one : made)
      if (!*one) CHECK(one->error().kind == ErrorKind::exists);
    CHECK(try_connecting(path) == 0);
    CHECK(names_in(folder) == std::vector<std::string>{"socket"});
  }
}

TEST_CASE("what stands in the way or cannot be reached is named") {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "file") << "precious";
  fs::create_directory(folder / "folder");
  fs::create_symlink("nowhere", folder / "link");

  struct Row {
    const char* name;
    ErrorKind kind;
    const char* text;
  };

  const Row rows[] = {
      {"file", ErrorKind::exists, "what stands there is not a socket"},
      {"folder", ErrorKind::exists, "what stands there is not a socket"},
      {"link", ErrorKind::exists, "what stands there is not a socket"},
      {"missing/socket", ErrorKind::not_found, "No such file or directory"},
      {"file/socket", ErrorKind::io, "Not a directory"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto path = folder / row.name;
    const auto listener = Listener::bind_unix(path, 0600);
    REQUIRE(!listener);
    CHECK(listener.error() == Error{row.kind, "listen on " + path.native() + ": " + row.text});
  }
  std::string content;
  std::ifstream(folder / "file") >> content;
  CHECK(content == "precious");
  CHECK(names_in(folder).size() == 3);
}

TEST_CASE("a path may be so long and no longer") {
  const test::TemporaryFolder folder;
  const auto of_size = [&](std::size_t size) {
    return folder / std::string(size - folder.path().native().size() - 1, 'x');
  };
  const auto longest = Listener::bind_unix(of_size(98), 0600);
  REQUIRE(longest);
  CHECK(try_connecting(of_size(98)) == 0);
  const auto longer = Listener::bind_unix(of_size(99), 0600);
  REQUIRE(!longer);
  CHECK(longer.error() ==
        Error{ErrorKind::invalid, "the path of a socket may have 98 bytes, and " +
                                      of_size(99).native() + " has 99: choose a shorter one"});
}

TEST_CASE("the address of a socket is a path or an abstract name") {
  CHECK(net::unix_address(std::string(107, 'x')));
  CHECK(net::unix_address("@" + std::string(106, 'x')));

  struct Row {
    std::string name;
    std::string text;
  };

  const Row rows[] = {
      {"", "a socket without a path"},
      {"@", "a socket without a path"},
      {std::string("/a\0b", 4), "the path of a socket has a NUL character"},
      {std::string(108, 'x'), "the path of a socket may have 107 bytes, and " +
                                  std::string(108, 'x') + " has 108: choose a shorter one"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto address = net::unix_address(row.name);
    REQUIRE(!address);
    CHECK(address.error() == Error{ErrorKind::invalid, row.text});
  }
  const test::TemporaryFolder folder;
  const auto abstract = "@mox-net-test-" + std::to_string(::getpid());
  CHECK(net::unix_name(bound(abstract).get()) == abstract);
  CHECK(net::unix_name(bound(folder / "socket").get()) == (folder / "socket").native());
  CHECK(net::unix_name(test::descriptor_pair().first.get()).empty());
  CHECK(net::unix_name(-1).empty());
}

TEST_CASE("a Unix socket that somebody else has bound is adopted, and its file is not ours") {
  const test::TemporaryFolder folder;
  const auto path = folder / "socket";
  auto socket = bound(path);
  REQUIRE(::listen(socket.get(), 1) == 0);
  {
    const auto listener = Listener::adopt(std::move(socket));
    REQUIRE(listener);
    CHECK(listener->name() == path.native());
  }
  CHECK(fs::exists(path));
}

TEST_CASE("where nobody listens is said of a missing and of an old file") {
  const test::TemporaryFolder folder;
  static_cast<void>(bound(folder / "old"));
  const auto dial = [](fs::path at) -> Task<Result<Connection>> {
    co_return co_await net::connect_unix(at, test::soon());
  };
  for (const auto* name : {"missing", "old"}) {
    CAPTURE(name);
    test::Loop loop;
    const auto connection = loop.run(dial(folder / name));
    REQUIRE(!connection);
    CHECK(connection.error() ==
          Error{ErrorKind::not_found,
                "connect to " + (folder / name).native() + ": nobody listens there"});
  }
  test::Loop loop;
  const auto nowhere = loop.run(dial(""));
  REQUIRE(!nowhere);
  CHECK(nowhere.error().text == "a socket without a path");
}
