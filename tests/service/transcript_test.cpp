// What a log shows of a conversation, at each level.
#include "log/logger.h"
#include "service/transcript.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace mox;
using log::Level;

namespace {

constexpr std::size_t pipe_size = 1U << 20U;

// A logger, a transcript of the connection 0xff that writes to it, and what was written.
class Written {
public:
  explicit Written(Level level) : logger_(open(), log::Format::logfmt, level) {}

  ~Written() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  service::Transcript transcript() { return {logger_, "imapserver", 0xff}; }

  log::Logger& logger() { return logger_; }

  std::string all() const {
    std::string text;
    std::vector<char> bytes(4096);
    for (ssize_t size = 0; (size = ::read(ends_[0], bytes.data(), bytes.size())) > 0;)
      text.append(bytes.data(), static_cast<std::size_t>(size));
    return text;
  }

private:
  int open() {
    REQUIRE(::pipe2(ends_, O_CLOEXEC | O_NONBLOCK) == 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, static_cast<int>(pipe_size));
    return ends_[1];
  }

  int ends_[2] = {-1, -1};
  log::Logger logger_;
};

std::string said(std::string_view by, std::string_view line, std::string_view level = "trace") {
  return fmt::format("l={} m=\"said\" pkg=imapserver cid=ff by={} line={}\n", level, by, line);
}

} // namespace

TEST_CASE("transcript: lines of both sides, at trace") {
  Written written(Level::trace);
  written.transcript().client("a0 NOOP");
  written.transcript().server("* 1 EXISTS\r\na0 OK done\r\n");
  CHECK(written.all() == said("client", "\"a0 NOOP\"") + said("server", "\"* 1 EXISTS\"") +
                             said("server", "\"a0 OK done\""));
}

TEST_CASE("transcript: nothing below trace") {
  Written written(Level::debug);
  written.transcript().client("a0 LOGIN mjl secret", "secret");
  written.transcript().client_data("bytes");
  written.transcript().server("* OK\r\n");
  CHECK(written.all().empty());
}

TEST_CASE("transcript: a secret is stars, unless traceauth shows it") {
  struct Row {
    std::string_view line;
    std::string_view secret;
    std::string_view shown;
  };

  const std::vector<Row> rows = {
      {"AUTH PLAIN AGEAYg==", "AGEAYg==", "\"AUTH PLAIN ***\""},
      {"a0 LOGIN mjl x", "mjl x", "\"a0 LOGIN ***\""},
      {"dGhlIHJlc3BvbnNl", "dGhlIHJlc3BvbnNl", "\"***\""},
      // A secret that is said to be longer than the line hides all of it.
      {"short", "much longer than that", "\"***\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    {
      Written written(Level::trace);
      written.transcript().client(row.line, row.secret);
      const auto all = written.all();
      CHECK(all == said("client", row.shown));
      CHECK_FALSE(all.contains(row.secret));
    }
    Written written(Level::traceauth);
    written.transcript().client(row.line, row.secret);
    const auto all = written.all();
    CHECK(all.starts_with("l=traceauth "));
    CHECK(all.contains(row.line));
  }
}

TEST_CASE("transcript: a level of one package is enough") {
  Written written(Level::info);
  written.logger().set_level("smtpserver", Level::tracedata);
  written.transcript().client("a0 NOOP");
  CHECK(written.all().empty());
  written.logger().set_level("imapserver", Level::trace);
  written.transcript().client("a0 LOGIN mjl x", "x");
  CHECK(written.all() == said("client", "\"a0 LOGIN mjl ***\""));
}

TEST_CASE("transcript: messages are shown at tracedata alone, in pieces") {
  for (const auto level : {Level::trace, Level::traceauth}) {
    Written written(level);
    written.transcript().client_data("bytes of a message");
    CHECK(written.all().empty());
  }
  Written written(Level::tracedata);
  const std::string message(log::text_limit * 3, 'm');
  written.transcript().client_data(message);
  const auto all = written.all();
  std::size_t shown = 0;
  std::size_t lines = 0;
  for (std::string_view left = all; !left.empty(); ++lines) {
    const auto line = left.substr(0, left.find('\n') + 1);
    CHECK(line.size() <= log::line_limit);
    CHECK(line.starts_with("l=tracedata m=\"sent\" pkg=imapserver cid=ff by=client data="));
    CHECK_FALSE(line.contains("cut=true"));
    shown += static_cast<std::size_t>(std::ranges::count(line.substr(line.find("data=")), 'm'));
    left.remove_prefix(line.size());
  }
  CHECK(shown == message.size());
  CHECK(lines == 6);
}

TEST_CASE("transcript: literals of the server are messages") {
  struct Row {
    std::string_view name;
    std::string_view sent;
    std::string_view hidden; // at trace
    std::string_view shown;  // at trace
  };

  const std::vector<Row> rows = {
      {"one", "* 1 FETCH (BODY[] {6}\r\nsecret)\r\na0 OK\r\n", "secret", "line=\")\""},
      {"two", "* 1 FETCH (A {3}\r\nabc B {2}\r\nxy)\r\n", "xy", "B {2}"},
      {"with line ends in it", "* 1 FETCH (BODY[] {8}\r\nse\r\ncret)\r\n", "cret", "BODY[] {8}"},
      {"cut off", "* 1 FETCH (BODY[] {100}\r\nsecret", "secret", "{100}"},
      // These announce nothing.
      {"no number", "* OK {x}\r\nafter\r\n", "nothing", "after"},
      {"no brace", "* OK 6}\r\nafter\r\n", "nothing", "after"},
      {"too large a number", "* OK {99999999999999999999}\r\nafter\r\n", "nothing", "after"},
      {"a number with a sign", "* OK {-6}\r\nafter\r\n", "nothing", "after"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Written quiet(Level::trace);
    quiet.transcript().server(row.sent);
    const auto lines = quiet.all();
    CAPTURE(lines);
    CHECK_FALSE(lines.contains(row.hidden));
    CHECK(lines.contains(row.shown));
    Written loud(Level::tracedata);
    loud.transcript().server(row.sent);
    CHECK((row.hidden == "nothing" || loud.all().contains(row.hidden)));
  }
}

TEST_CASE("transcript: a line that is too long is cut, and says so") {
  Written written(Level::trace);
  written.transcript().client(std::string(100'000, 'x'));
  const auto all = written.all();
  CHECK(all.size() <= log::line_limit);
  CHECK(all.ends_with("\n"));
  CHECK(all.contains("..."));
}
