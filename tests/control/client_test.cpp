// A program and a daemon, over a real socket.
#include "control/client.h"
#include "control/commands.h"
#include "control/daemon.h"
#include "net/listener.h"
#include "support/catch.h"
#include "support/sockets.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mox;
using async::Task;
using control::Client;

namespace {

// The bytes of a long stream, each told from its neighbours.
char byte_at(std::uint64_t position) {
  return static_cast<char>((position * 2654435761U) >> 13U);
}

class LongReader final : public control::Reader {
public:
  explicit LongReader(std::uint64_t size) : left_(size) {}

  Result<std::size_t> read(std::span<char> into) override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, into.size()));
    for (char& byte : into.first(size)) byte = byte_at(position_++);
    left_ -= size;
    return size;
  }

private:
  std::uint64_t left_;
  std::uint64_t position_ = 0;
};

struct LongWriter {
  std::uint64_t position = 0;
  bool same = true;

  control::Writer writer() {
    return [this](std::string_view bytes) {
      for (const char byte : bytes) same = same && byte == byte_at(position++);
      return Result<>();
    };
  }
};

control::Writer into(std::string& output) {
  return [&output](std::string_view bytes) {
    output += bytes;
    return Result<>();
  };
}

constexpr std::uint64_t much = 4'000'000;

// Writes all before it reads anything, then reads all.
Task<Result<>> pour(control::Call& call) {
  std::string piece;
  for (std::uint64_t position = 0; position < much;) {
    piece.clear();
    while (piece.size() < 100'000) piece += byte_at(position++);
    MOX_CO_TRY(co_await call.sink.write(piece));
  }
  std::uint64_t size = 0;
  while (true) {
    MOX_CO_TRY_ASSIGN(bytes, co_await call.source.read());
    if (bytes.empty()) break;
    size += bytes.size();
  }
  co_return size == much ? ok() : failure(ErrorKind::corrupt, "wrong size");
}

} // namespace

TEST_CASE("requests in a row over one connection") {
  const test::TemporaryFolder folder;
  const test::Daemon daemon(folder / "control", test::obey);
  auto client = Client::connect(folder / "control").value();
  std::string output;
  control::TextReader text("secret");
  CHECK(client.run({"echo", {"a", "b"}}, text, into(output)));
  CHECK(output == "a;b;secret");
  CHECK(client.run({"refuse", {}}, into(output)) ==
        Result<>(failure(ErrorKind::refused, "not for you")));
  output.clear();
  control::TextReader none("");
  CHECK(client.run({"take", {"5"}}, none, into(output)));
  CHECK(output == "0");
  output.clear();
  CHECK(client.run({"echo", {"last"}}, into(output)));
  CHECK(output == "last;");
}

TEST_CASE("large streams go both ways at once") {
  const test::TemporaryFolder folder;
  const test::Daemon daemon(folder / "control", test::obey);
  auto client = Client::connect(folder / "control").value();
  LongReader reader(much);
  LongWriter heard;
  CHECK(client.run({"echo", {}}, reader, heard.writer()));
  CHECK(heard.position == much);
  CHECK(heard.same);
}

TEST_CASE("a daemon that writes before it reads does not lock up with a client that sends") {
  const test::TemporaryFolder folder;
  const test::Daemon daemon(folder / "control", pour);
  auto client = Client::connect(folder / "control").value();
  LongReader reader(much);
  LongWriter heard;
  CHECK(client.run({"pour", {}}, reader, heard.writer()));
  CHECK(heard.position == much);
  CHECK(heard.same);
}

TEST_CASE("a result that comes before the input has ended is heard at once") {
  const test::TemporaryFolder folder;
  const test::Daemon daemon(folder / "control", test::obey);
  auto client = Client::connect(folder / "control").value();
  auto [ours, theirs] = test::descriptor_pair();
  std::string output;
  // Nobody types anything.
  control::DescriptorReader terminal(ours.get(), "standard input");
  CHECK(client.run({"refuse", {}}, terminal, into(output)).error().kind == ErrorKind::refused);
  // Somebody typed a line.
  control::DescriptorReader line(ours.get(), "standard input");
  REQUIRE(::write(theirs.get(), "hello\n", 6) == 6);
  CHECK(client.run({"first", {}}, line, into(output)));
  CHECK(output == "hello\n");
  // There is far more to say than anybody wants to hear.
  LongReader endless(std::uint64_t{1} << 40U);
  CHECK(client.run({"ok", {}}, endless, into(output)));
  CHECK(client.run({"ok", {}}, into(output)));
}

TEST_CASE("why there is no daemon to talk to is one sentence") {
  const test::TemporaryFolder folder;
  const auto path = folder / "control";
  const auto missing = Client::connect(path);
  REQUIRE(!missing);
  CHECK(missing.error() ==
        Error{ErrorKind::not_found, "no daemon is running: nobody listens at " + path.native()});
  auto listener = std::optional(net::Listener::bind_unix(path, 0600).value());
  const auto deaf = Client::connect(path, {.hello = std::chrono::seconds(0)});
  REQUIRE(!deaf);
  CHECK(deaf.error() == Error{ErrorKind::temporary, "the daemon does not answer"});
  listener.reset();
  const auto too_long = Client::connect(std::string(200, 'x'));
  REQUIRE(!too_long);
  CHECK(too_long.error().kind == ErrorKind::invalid);
}

TEST_CASE("who may not talk to the daemon is told so") {
  const test::TemporaryFolder folder;
  const auto path = folder / "control";
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  // The owner may not connect to it either; root may connect to any.
  const auto listener = net::Listener::bind_unix(path, 0).value();
  const auto try_it = [&path] {
    const auto client = Client::connect(path);
    return !client && client.error() == Error{ErrorKind::refused,
                                              "you may not talk to the daemon at " + path.native() +
                                                  ": use root, or the user "
                                                  "that it runs as"};
  };
  if (::getuid() != 0) {
    CHECK(try_it());
    return;
  }
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(::setuid(65534) == 0 && try_it() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("a daemon that stops leaves the next request without an answer") {
  const test::TemporaryFolder folder;
  std::optional<test::Daemon> daemon(std::in_place, folder / "control", test::obey);
  auto client = Client::connect(folder / "control").value();
  std::string output;
  CHECK(client.run({"ok", {}}, into(output)));
  daemon.reset();
  const auto result = client.run({"ok", {}}, into(output));
  REQUIRE(!result);
  CHECK((result.error().kind == ErrorKind::temporary || result.error().kind == ErrorKind::closed));
  CHECK(Client::connect(folder / "control").error().kind == ErrorKind::not_found);
}
