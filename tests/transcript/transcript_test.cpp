// The player of transcripts finds every way in which a server can deviate.

#include "async/gate.h"
#include "net/memory.h"
#include "support/catch.h"
#include "support/run_task.h"
#include "support/sockets.h"
#include "support/transcript.h"
#include "support/transcript_text.h"

#include <list>

using namespace mox;
using namespace mox::test;

namespace {

// Says "hello", then gives every line back; leaves at "quit".
async::Task<> echo(net::Connection& connection) {
  auto said = co_await connection.write("hello\r\n", soon());
  while (said) {
    const auto line = co_await connection.read_line(1U << 20U, true, soon());
    if (!line || *line == "quit") break;
    const auto back = "got " + std::string(*line) + "\r\n";
    said = co_await connection.write(back, soon());
  }
  connection.close();
}

class EchoWorld final : public World {
public:
  explicit EchoWorld(Loop& loop) : loop_(loop), gate_(loop.executor(), [](const auto&) {}) {}

  net::Connection connect(std::string_view, std::string_view) override {
    auto [client, server] = net::memory_pair(loop_.executor());
    served_.push_back(std::move(server));
    gate_.spawn(echo(served_.back()));
    return std::move(client);
  }

  async::Task<bool> direct(std::string_view word, std::string_view) override {
    co_return word == "known";
  }

  async::Task<> end() {
    for (auto& connection : served_) connection.close();
    co_await gate_.close();
  }

private:
  Loop& loop_;
  std::list<net::Connection> served_;
  async::Gate gate_;
};

std::string played(std::string_view text) {
  Loop loop;
  EchoWorld world(loop);
  const auto transcript = parse_transcript("t", text);
  auto wrong = loop.run(play(transcript, world));
  loop.run(world.end());
  return wrong;
}

} // namespace

TEST_CASE("conversations that go as written") {
  for (const char* text : {
           "S: hello\n",
           "# a comment\n\nS: hello\nC: a\nC: b\nS: got a\nS: got b\n",
           "S: hello\nC: a<open>\n@later\nC: b\nS: got ab\n",
           "S: hello\nS2: hello\nC2: x\nC1: y\nS2: got x\nS1: got y\n",
           "S: hello\nC: id 17\nS: got id <n=number>\nC: <n> <n> \nS: got <n> <n=number> \n",
           "S: hello\nC: <3 bytes>|<2 times ab,>|<hex 41 42>\nS: got xxx|ab,ab,|AB\n",
           ("S: hello\nC: {<size of 2 lines>}\nC: abc\nC: de<open>\nC: \n"
            "S: got {7}\nS: got abc\nS: got de\n"),
           "S: hello\nC: 1\nC: 2\nC: x\nS+: got <number>\nS: got x\n",
           "S: hello\nC: quit\n@eof\n",
           "S: hello\n@close\nS: hello\n@known\n",
           "S: hello\nC: 1 2\nS: got <a=word> <b=word>\n@differ a b\n",
           "@connect 1 words\nS: h<any>o\nC: <a@b> <c\nS: got <a@b> <c\n",
       }) {
    CAPTURE(text);
    CHECK(played(text).empty());
  }
}

TEST_CASE("conversations that do not") {
  struct Row {
    std::string text;
    std::string_view want;
  };

  for (const auto& row : std::vector<Row>{
           {"S: bye\n", "t:1: \n  expected \"bye\"\n  got      \"hello\""},
           {"S: hello\nC: a\n@later\n", "t: connection \"\" said more: \"got a\\x0d\\x0a\""},
           {"S: hello\nC: quit\nS: bye\n", "t:3: \n  expected \"bye\"\n  got an end"},
           {"S: hello\nC: 1\n@eof\n", "t:3: expected the end, got \"got 1\""},
           {"S: hello\nC: 1\nC: 2\nS: got <n=number>\nS: got <n>\n", "t:5: "},
           {"S: hello\nC: x\nS+: got <number>\n", "t:3: "},
           {"S: hello\nC: 1 1\nS: got <a=word> <b=word>\n@differ a b\n", "t:4: both are 1"},
           {"@differ a b\n", "t:1: nothing was found"},
           {"@unknown\n", "t:1: nobody knows"},
           {"@tls\n", "t:1: nothing here speaks TLS"},
           {"@connect\n@connect\n", "t:2: there is a connection"},
       }) {
    CAPTURE(row.text);
    const auto wrong = played(row.text);
    CAPTURE(wrong);
    CHECK(wrong.starts_with(row.want));
  }
}

TEST_CASE("lines that are none") {
  for (const char* text : {"hello\n", "X: 1\n", "S : 1\n", "C\n", "CA: 1\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_transcript("t", text), std::runtime_error);
  }
}

TEST_CASE("patterns") {
  struct Row {
    std::string_view pattern;
    std::string_view line;
    bool want;
  };

  for (const auto& row : std::vector<Row>{
           {"a<any>c", "abbc", true},
           {"a<any>c", "ac", true},
           {"a<any>c", "abcd", false},
           {"<word> <word>", "a b", true},
           {"<word>", "a b", false},
           {"<word>", "", false},
           {"<number>", "12", true},
           {"<number>", "1a", false},
           {"<any>,<any>", "a,b,c", true},
           {"<n=number>-<n>", "1-<n>", true},
           {"<unknown>", "<unknown>", true},
           {"<hex 00>", std::string_view("\0", 1), true},
           {"<", "<", true},
       }) {
    CAPTURE(row.pattern, row.line);
    TranscriptValues values;
    CHECK(transcript_matches(row.pattern, row.line, values) == row.want);
  }
  CHECK_THROWS_AS(transcript_bytes("<any>", {}, [](auto) { return std::size_t{0}; }),
                  std::runtime_error);
  CHECK(transcript_shown(std::string(2001, 'a')).ends_with("a..."));
}
