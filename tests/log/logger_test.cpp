// What is written of what is logged, from many threads and to readers that do not read.
#include "log/logger.h"
#include "support/catch.h"

#include <cstdint>
#include <fcntl.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace mox;
using log::Level;
using log::Logger;

namespace {

// A pipe whose ends are closed at the end.
class Pipe {
public:
  Pipe() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }

  ~Pipe() {
    close_writing();
    ::close(ends_[0]);
  }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writing() const { return ends_[1]; }

  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

  // Everything that is there now.
  std::string read() {
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string all;
    char bytes[4096];
    for (ssize_t size = 0; (size = ::read(ends_[0], bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(size));
    return all;
  }

  // Everything until the other end is closed.
  std::string read_to_end() {
    std::string all;
    char bytes[4096];
    for (ssize_t size = 0; (size = ::read(ends_[0], bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(size));
    return all;
  }

private:
  int ends_[2] = {-1, -1};
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    REQUIRE(end != std::string_view::npos);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

} // namespace

TEST_CASE("one line for each event, in logfmt and JSON") {
  Pipe pipe;
  const Logger quiet(pipe.writing());
  CHECK(quiet.level() == Level::info);
  Logger logger(pipe.writing());
  logger.error("store", "no disk", {{"path", "/data"}, {"free", 0}}, 0xff);
  logger.warn("queue", "late");
  logger.info("serve", "ready");
  CHECK(pipe.read() == "l=error m=\"no disk\" pkg=store cid=ff path=/data free=0\n"
                       "l=warn m=\"late\" pkg=queue\n"
                       "l=info m=\"ready\" pkg=serve\n");
  Logger json(pipe.writing(), log::Format::json);
  json.info("serve", "ready");
  CHECK(pipe.read() == "{\"l\":\"info\",\"m\":\"ready\",\"pkg\":\"serve\"}\n");
}

TEST_CASE("each level writes itself and what is graver") {
  for (int written = 0; written < log::level_count; ++written) {
    Pipe pipe;
    Logger logger(pipe.writing(), log::Format::logfmt, static_cast<Level>(written));
    for (int event = 0; event < log::level_count; ++event) {
      CAPTURE(written, event);
      const auto level = static_cast<Level>(event);
      CHECK(logger.enabled(level, "pkg") == (event <= written));
      logger.event(level, "pkg", "m");
      CHECK(pipe.read().empty() == (event > written));
      CHECK(logger.count(level) == 1);
    }
  }
}

TEST_CASE("secrets and messages are written only at their own levels") {
  // What a session writes of "AUTH PLAIN …" and of DATA at each level; see log/level.h.
  struct Row {
    Level level;
    bool secret;
    bool message;
  };

  for (const auto& row : {Row{Level::info, false, false}, Row{Level::debug, false, false},
                          Row{Level::trace, false, false}, Row{Level::traceauth, true, false},
                          Row{Level::tracedata, true, true}}) {
    Pipe pipe;
    Logger logger(pipe.writing());
    logger.set_level("smtpserver", row.level);
    logger.trace(Level::traceauth, "smtpserver", "read", {{"line", "hunter2"}});
    logger.trace(Level::tracedata, "smtpserver", "read", {{"line", "Subject: x"}});
    logger.trace(Level::tracedata, "imapserver", "read", {{"line", "Subject: y"}});
    const auto text = pipe.read();
    CAPTURE(text);
    CHECK((text.find("hunter2") != std::string::npos) == row.secret);
    CHECK((text.find("Subject: x") != std::string::npos) == row.message);
    CHECK(text.find("Subject: y") == std::string::npos);
  }
}

TEST_CASE("packages have levels of their own, above and below the default") {
  Pipe pipe;
  Logger logger(pipe.writing());
  logger.set_level("imapserver", Level::debug);
  logger.set_level("queue", Level::error);
  CHECK(logger.package_levels() == std::map<std::string, Level, std::less<>>{
                                       {"imapserver", Level::debug}, {"queue", Level::error}});
  const auto written = [&](Level level, std::string_view pkg) {
    logger.event(level, pkg, "m");
    return !pipe.read().empty();
  };
  CHECK(written(Level::debug, "imapserver"));
  CHECK(!written(Level::trace, "imapserver"));
  CHECK(!written(Level::debug, "smtpserver"));
  CHECK(!written(Level::debug, "imap"));
  CHECK(!written(Level::debug, ""));
  CHECK(written(Level::info, "smtpserver"));
  CHECK(written(Level::error, "queue"));
  CHECK(!written(Level::warn, "queue"));
  logger.set_level(Level::error);
  CHECK(written(Level::debug, "imapserver"));
  CHECK(!written(Level::info, "smtpserver"));
  logger.clear_level("imapserver");
  logger.clear_level("unknown");
  CHECK(!written(Level::debug, "imapserver"));
  CHECK(written(Level::error, "imapserver"));
  logger.set_level(Level::debug);
  CHECK(!written(Level::warn, "queue"));
  logger.clear_level("queue");
  CHECK(written(Level::debug, "queue"));
  CHECK(!written(Level::trace, "queue"));
}

TEST_CASE("exceptions are logged with what they say") {
  Pipe pipe;
  Logger logger(pipe.writing());
  logger.exception("store", std::make_exception_ptr(std::runtime_error("a bug\nl=info")), 1);
  logger.exception("store", std::make_exception_ptr(42));
  CHECK(pipe.read() == "l=error m=\"unexpected exception\" pkg=store cid=1 err=\"a bug\\nl=info\"\n"
                       "l=error m=\"unexpected exception\" pkg=store err=\"of an unknown type\"\n");
}

TEST_CASE("a reader that stands still costs lines, which are counted") {
  Pipe pipe;
  Logger logger(pipe.writing());
  const std::string large(2000, 'x');
  while (logger.dropped() < 5) logger.info("test", "m", {{"k", large}});
  const auto before = lines_of(pipe.read());
  for (const auto& line : before) CHECK(line == "l=info m=\"m\" pkg=test k=" + large);
  logger.info("test", "again");
  const auto after = lines_of(pipe.read());
  REQUIRE(after.size() == 2);
  CHECK(after[0] == "l=warn m=\"lines were lost, nobody read them\" pkg=log lines=5");
  CHECK(after[1] == "l=info m=\"again\" pkg=test");
  CHECK(logger.dropped() == 5);
  CHECK(logger.count(Level::info) == before.size() + 6);
  logger.info("test", "once more");
  CHECK(lines_of(pipe.read()).size() == 1);
}

TEST_CASE("a descriptor that is no longer there loses lines, and nothing else") {
  Pipe pipe;
  Logger logger(pipe.writing());
  pipe.close_writing();
  logger.info("test", "m");
  CHECK(logger.dropped() == 1);
}

TEST_CASE("lines of many threads never mix, while levels change") {
  Pipe pipe;
  std::string text;
  std::uint64_t dropped = 0;
  constexpr int threads_count = 4;
  constexpr int lines_count = 500;
  const auto fill = [](int thread) {
    return std::string(static_cast<std::size_t>(100 + 300 * thread),
                       static_cast<char>('a' + thread));
  };
  {
    const std::jthread reader([&] { text = pipe.read_to_end(); });
    Logger logger(pipe.writing());
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < threads_count; ++i)
        threads.emplace_back([&, i] {
          const auto value = fill(i);
          for (int n = 0; n < lines_count; ++n)
            logger.info("test", "m", {{"thread", i}, {"n", n}, {"k", value}});
        });
      threads.emplace_back([&] {
        for (int n = 0; n < 200; ++n) {
          logger.set_level("other", n % 2 == 0 ? Level::debug : Level::error);
          (void)logger.package_levels();
          logger.clear_level("other");
        }
      });
    }
    CHECK(logger.count(Level::info) == threads_count * lines_count);
    dropped = logger.dropped();
    pipe.close_writing();
  }
  std::set<std::string> left;
  for (int i = 0; i < threads_count; ++i)
    for (int n = 0; n < lines_count; ++n)
      left.insert("l=info m=\"m\" pkg=test thread=" + std::to_string(i) +
                  " n=" + std::to_string(n) + " k=" + fill(i));
  for (const auto& line : lines_of(text)) {
    // On a machine that is very busy the reader may be too late for some.
    if (line.starts_with("l=warn m=\"lines were lost")) continue;
    CAPTURE(line);
    CHECK(left.erase(line) == 1);
  }
  CHECK(left.size() == dropped);
}
