// What a service manager hears, over real sockets.
#include "net/unix_address.h"
#include "sdnotify/notifier.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

using namespace mox;
using namespace std::chrono_literals;

namespace {

class Manager {
public:
  explicit Manager(const std::string& name)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    auto address = net::unix_address(name).value();
    REQUIRE(::bind(socket_.get(), address.get(), address.size) == 0);
  }

  // The next datagram, or "nothing".
  std::string hear() const {
    std::array<char, 8192> bytes{};
    const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    return size < 0 ? "nothing" : std::string(bytes.data(), static_cast<std::size_t>(size));
  }

private:
  net::Descriptor socket_;
};

void converse(const std::string& name) {
  const Manager manager(name);
  const auto notifier = sdnotify::Notifier::open(name).value();
  CHECK(notifier.has_manager());
  REQUIRE(notifier.status("binding"));
  CHECK(manager.hear() == "STATUS=binding");
  REQUIRE(notifier.ready());
  CHECK(manager.hear() == "READY=1");
  REQUIRE(notifier.reloading(SteadyTime(12'345'678'901ns)));
  CHECK(manager.hear() == "RELOADING=1\nMONOTONIC_USEC=12345678");
  REQUIRE(notifier.stopping());
  CHECK(manager.hear() == "STOPPING=1");
  CHECK(manager.hear() == "nothing");
}

} // namespace

TEST_CASE("a manager at a path hears each state") {
  const test::TemporaryFolder folder;
  converse((folder / "notify").native());
}

TEST_CASE("a manager with an abstract name hears each state") {
  converse("@mox-sdnotify-test-" + std::to_string(::getpid()));
}

TEST_CASE("without a manager nothing happens") {
  const auto notifier = sdnotify::Notifier::open("").value();
  CHECK(!notifier.has_manager());
  CHECK(notifier.ready());
  CHECK(notifier.reloading(SteadyTime()));
  CHECK(notifier.stopping());
  CHECK(notifier.status("all is well"));
}

TEST_CASE("a status is one line of UTF-8") {
  struct Row {
    const char* name;
    std::string text;
    std::string want;
  };

  const std::string cut = std::string(2047, 'x');
  const Row rows[] = {
      {"plain", "3 sessions", "STATUS=3 sessions"},
      {"empty", "", "STATUS="},
      {"line ends", "a\nREADY=1\r\n", "STATUS=a READY=1  "},
      {"controls", std::string("a\0b\x7f", 4), "STATUS=a b "},
      {"not UTF-8", "a\xff", "STATUS=a\xef\xbf\xbd"},
      {"long", std::string(5000, 'x'), "STATUS=" + std::string(2048, 'x')},
      {"long, cut before a character", cut + "é", "STATUS=" + cut},
  };
  const test::TemporaryFolder folder;
  const auto name = (folder / "notify").native();
  const Manager manager(name);
  const auto notifier = sdnotify::Notifier::open(name).value();
  for (const auto& row : rows) {
    CAPTURE(row.name);
    REQUIRE(notifier.status(row.text));
    CHECK(manager.hear() == row.want);
  }
}

TEST_CASE("the time of a reload is that of CLOCK_MONOTONIC") {
  timespec before{};
  ::clock_gettime(CLOCK_MONOTONIC, &before);
  const auto now = SystemClock().steady().time_since_epoch();
  timespec after{};
  ::clock_gettime(CLOCK_MONOTONIC, &after);
  CHECK(now >= std::chrono::seconds(before.tv_sec) + std::chrono::nanoseconds(before.tv_nsec));
  CHECK(now <= std::chrono::seconds(after.tv_sec) + std::chrono::nanoseconds(after.tv_nsec));
}

TEST_CASE("addresses that cannot be used are named") {
  struct Row {
    const char* name;
    std::string address;
    ErrorKind kind;
    std::string text;
  };

  const Row rows[] = {
      {"vsock", "vsock:2:1234", ErrorKind::unsupported,
       "NOTIFY_SOCKET is \"vsock:2:1234\", which is neither a path nor an abstract name"},
      {"relative", "notify", ErrorKind::unsupported,
       "NOTIFY_SOCKET is \"notify\", which is neither a path nor an abstract name"},
      {"no name", "@", ErrorKind::invalid, "a socket without a path"},
      {"too long", "/" + std::string(107, 'x'), ErrorKind::invalid,
       "the path of a socket may have 107 bytes, and /" + std::string(107, 'x') +
           " has 108: choose a shorter one"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto notifier = sdnotify::Notifier::open(row.address);
    REQUIRE(!notifier);
    CHECK(notifier.error() == Error{row.kind, row.text});
  }
}

TEST_CASE("a manager that has gone is an error that names it") {
  const test::TemporaryFolder folder;
  const auto name = (folder / "notify").native();
  const auto notifier = sdnotify::Notifier::open(name).value();
  const auto told = notifier.ready();
  REQUIRE(!told);
  CHECK(told.error().text == "tell the service manager at " + name + ": No such file or directory");
}

TEST_CASE("a manager that does not listen to what it is told costs a second at most") {
  const test::TemporaryFolder folder;
  const auto name = (folder / "notify").native();
  const Manager manager(name);
  const auto notifier = sdnotify::Notifier::open(name).value();
  Result<> told;
  // The kernel keeps some for a reader, and then makes the sender wait.
  for (int i = 0; i < 100'000 && told; ++i) told = notifier.ready();
  REQUIRE(!told);
  CHECK(told.error().kind == ErrorKind::temporary);
}
