// `mox localserve` from its start to its end, in a thread of this program.
#include "bloblog/faults.h"
#include "database/database.h"
#include "file/file.h"
#include "json/parse.h"
#include "lifecycle/client.h"
#include "localserve/folder.h"
#include "localserve/localserve.h"
#include "net/listener.h"
#include "store/format.h"
#include "store/store.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <thread>
#include <unistd.h>

using namespace mox;
using namespace mox::localserve;
using mox::test::Client;

namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

using File = std::unique_ptr<std::FILE, Close>;

// The signals that end a run: blocked in the whole program, for the thread that waits for them.
class Signals {
public:
  Signals() {
    sigemptyset(&all_);
    for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&all_, number);
    pthread_sigmask(SIG_BLOCK, &all_, nullptr);
  }

  // Those that nobody has waited for.
  void forget_pending() const {
    const timespec at_once{};
    while (sigtimedwait(&all_, nullptr, &at_once) > 0) {
    }
  }

private:
  sigset_t all_{};
};

class Running {
public:
  explicit Running(const Options& options) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    output_.reset(::fdopen(ends[0], "r"));
    thread_ = std::thread([this, options, into = File(::fdopen(ends[1], "w"))] {
      result_ = run(options, into.get());
    });
  }

  ~Running() {
    if (thread_.joinable()) static_cast<void>(stop(SIGTERM));
    signals_.forget_pending();
  }

  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Of its output, with the line end; empty at its end.
  std::string line() {
    std::string text;
    for (int c = std::fgetc(output_.get()); c != EOF; c = std::fgetc(output_.get())) {
      text += static_cast<char>(c);
      if (c == '\n') break;
    }
    return text;
  }

  Result<int> stop(int signal) {
    ::kill(::getpid(), signal);
    return result();
  }

  // When it has ended by itself.
  Result<int> result() {
    thread_.join();
    return result_;
  }

private:
  Signals signals_;
  File output_;
  Result<int> result_;
  std::thread thread_;
};

// On free ports, with the ports told as JSON.
Options options_in(const fs::path& folder) {
  return {.folder = folder, .free_ports = true, .json = true};
}

Result<int> run_to_its_end(const Options& options) {
  const File nowhere(std::fopen("/dev/null", "w"));
  return run(options, nowhere.get());
}

net::Endpoint loopback(std::uint16_t port, std::uint8_t last = 1) {
  return {.address = net::Address::v4({127, 0, 0, last}), .port = port};
}

std::uint16_t port_of(const json::Value& ready, std::string_view protocol) {
  return ready.at("ports").at(protocol).to_number<std::uint16_t>();
}

// The reply to a message that is sent to somebody.
std::string reply_to_message(const net::Endpoint& smtp) {
  Client client(smtp);
  client.say("EHLO client.example\r\nMAIL FROM:<a@example.org>\r\n"
             "RCPT TO:<anybody@example.org>\r\nDATA\r\n");
  CHECK(client.line_with("354 ").starts_with("354 "));
  client.say("Subject: s\r\n\r\nhello\r\n.\r\n");
  return client.line();
}

std::uint64_t messages_in(const fs::path& folder) {
  const SystemClock clock;
  SystemRandom random;
  store::Options options;
  options.folder = folder / "data" / "store";
  const auto store = store::Store::open(options, clock, random, {}).value();
  const auto snapshot = store->read();
  return snapshot.find_mailbox(snapshot.find_account("mox").value(), "Inbox")->counts.messages;
}

std::string content(const fs::path& path) {
  return file::read_file(path, 1U << 20U).value();
}

} // namespace

TEST_CASE("localserve: --initonly makes the folder, and leaves one that is there as it is") {
  const test::TemporaryFolder folder;
  auto options = options_in(folder / "instance");
  options.init_only = true;
  CHECK(run_to_its_end(options) == 0);
  CHECK(is_made(options.folder));
  CHECK(file::list(options.folder / "data").value().empty());
  const auto certificate = content(options.folder / "localhost.crt");
  CHECK(run_to_its_end(options) == 0);
  CHECK(content(options.folder / "localhost.crt") == certificate);
}

TEST_CASE("localserve: it serves until a signal, and its folder can be opened again") {
  const test::TemporaryFolder folder;
  const auto options = options_in(folder / "instance");
  std::string certificate;
  for (const int signal : {SIGTERM, SIGINT}) {
    Running running(options);
    const auto ready = json::parse(running.line());
    REQUIRE(ready);
    CHECK(ready->at("user").as_string() == "mox@localhost");
    CHECK(ready->at("password").as_string() == "moxmoxmox");
    CHECK(ready->at("dir").as_string() == options.folder.native());
    CHECK(ready->at("ports").as_object().size() == 7);
    const auto smtp = loopback(port_of(*ready, "smtp"));
    CHECK(reply_to_message(smtp).starts_with("250 2."));
    {
      Client imap(loopback(port_of(*ready, "imap")));
      imap.say("a LOGIN mox@localhost moxmoxmox\r\n");
      CHECK(imap.line_with("a ").starts_with("a OK "));
    }
    CHECK(running.stop(signal) == signal);
    CHECK_FALSE(test::listens(smtp));
    if (certificate.empty()) certificate = content(options.folder / "localhost.crt");
    CHECK(content(options.folder / "localhost.crt") == certificate);
  }
  CHECK(messages_in(options.folder) == 2);
}

TEST_CASE("localserve: what it tells people has all that they need") {
  const test::TemporaryFolder folder;
  auto options = options_in(folder / "instance");
  options.json = false;
  Running running(options);
  std::string text;
  while (!text.contains("Stop with Ctrl-C.\n")) {
    const auto line = running.line();
    REQUIRE_FALSE(line.empty());
    text += line;
  }
  for (const char* word :
       {"mox@localhost", "moxmoxmox", "\n  smtp         127.0.0.1:", "\n  submission ",
        "\n  submissions ", "\n  imap ", "\n  imaps ", "\n  metrics ", "\n  http "}) {
    CAPTURE(word);
    CHECK(text.contains(word));
  }
  CHECK(text.contains((options.folder / "localhost.crt").native()));
}

TEST_CASE("localserve: in memory it leaves nothing, and touches no other folder") {
  const test::TemporaryFolder folder;
  auto options = options_in(folder / "instance");
  options.in_memory = true;
  fs::path path;
  {
    Running running(options);
    const auto ready = json::parse(running.line());
    REQUIRE(ready);
    path = std::string(ready->at("dir").as_string());
    CHECK(is_made(path));
    CHECK(reply_to_message(loopback(port_of(*ready, "smtp"))).starts_with("250 2."));
    CHECK(running.stop(SIGTERM) == SIGTERM);
  }
  CHECK_FALSE(fs::exists(path));
  CHECK_FALSE(fs::exists(path.parent_path()));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("localserve: --ip is for a new folder, which remembers it") {
  const test::TemporaryFolder folder;
  auto options = options_in(folder / "instance");
  options.ips = {loopback(0, 2).address};
  for (const bool named : {true, true, false}) {
    if (!named) options.ips.clear();
    Running running(options);
    const auto ready = json::parse(running.line());
    REQUIRE(ready);
    const auto port = port_of(*ready, "smtp");
    CHECK(test::listens(loopback(port, 2)));
    CHECK_FALSE(test::listens(loopback(port, 1)));
  }
  options.ips = {loopback(0, 3).address};
  const auto refused = run_to_its_end(options);
  REQUIRE_FALSE(refused);
  CHECK(
      refused.error() ==
      Error{ErrorKind::exists, (options.folder / "mox.toml").native() +
                                   " listens on other addresses than --ip says; change ips there"});
}

TEST_CASE("localserve: a folder with other files is refused") {
  const test::TemporaryFolder folder;
  REQUIRE(file::replace(folder / "letter.txt", "precious"));
  const auto refused = run_to_its_end(options_in(folder.path()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::exists);
  CHECK(file::list(folder.path()).value() == std::vector<std::string>{"letter.txt"});
}

TEST_CASE("localserve: a folder in use is refused") {
  const test::TemporaryFolder folder;
  const auto options = options_in(folder / "instance");
  Running running(options);
  REQUIRE_FALSE(running.line().empty());
  const auto refused = run_to_its_end(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::temporary);
  CHECK(refused.error().text.contains(fmt::format(" is in use by process {}", ::getpid())));
  CHECK(running.stop(SIGTERM) == SIGTERM);
}

TEST_CASE("localserve: a port that is taken is named") {
  const test::TemporaryFolder folder;
  const auto other = net::Listener::bind(loopback(0)).value();
  auto options = options_in(folder / "instance");
  options.free_ports = false;
  options.port_base = static_cast<std::uint16_t>(other.local().port - 25);
  const auto refused = run_to_its_end(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text ==
        fmt::format("listen on {}: Address already in use", other.local().to_string()));
}

TEST_CASE("localserve: mail of a newer version is not touched") {
  const test::TemporaryFolder folder;
  auto options = options_in(folder / "instance");
  {
    Running running(options);
    REQUIRE_FALSE(running.line().empty());
    CHECK(running.stop(SIGTERM) == SIGTERM);
  }
  {
    const auto database =
        database::open_lmdb({.folder = options.folder / "data" / "store"}).value();
    REQUIRE(database->write([](database::WriteTransaction& transaction) {
      transaction.put(store::name_key(store::no_account, store::Table::meta, "format"),
                      store::encode(store::FormatRecord{.version = 99, .hash_key = {}}));
      return ok();
    }));
  }
  const auto refused = run_to_its_end(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::unsupported);
  CHECK(refused.error().text.contains("use a newer version of mox"));
}

TEST_CASE("localserve: when the disk fails it ends by itself, with exit code 1") {
  const test::TemporaryFolder folder;
  Running running(options_in(folder / "instance"));
  const auto ready = json::parse(running.line());
  REQUIRE(ready);
  const test::Failing failing(test::Call::fdatasync, EIO);
  CHECK(reply_to_message(loopback(port_of(*ready, "smtp"))).starts_with("451 4.3.0 "));
  CHECK(running.result() == 1);
}
