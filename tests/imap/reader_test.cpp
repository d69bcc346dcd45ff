#include "imap/command_reader.h"
#include "imap/command_writer.h"
#include "support/catch.h"
#include "wire.h"

#include <string>
#include <vector>

using namespace mox::imap;
using Kind = ReaderStep::Kind;

TEST_CASE("literals are asked for one by one") {
  CommandReader reader;
  const auto played = test::play(reader, "a LOGIN {3}\r\njoe {4+}\r\npass\r\nb NOOP\r\n");
  REQUIRE(played.steps.size() == 3);
  CHECK(played.steps[0].kind == Kind::literal);
  CHECK(played.steps[0].size == 3);
  CHECK(played.steps[0].synchronizing);
  CHECK(played.steps[1].kind == Kind::literal);
  CHECK(!played.steps[1].synchronizing);
  CHECK(played.steps[2].kind == Kind::complete);
  CHECK(played.rest == "b NOOP\r\n");
  CHECK(reader.parse() == Command{"a", Login{"joe", "pass"}});
  CHECK(reader.tag() == "a");
  CHECK(reader.name() == "LOGIN");
  reader.start();
  CHECK(reader.tag() == "*");
  CHECK(reader.add_line("c UID fetch 1 x").kind == Kind::complete);
  CHECK(reader.name() == "UID FETCH");
  CHECK(reader.tag() == "c");
}

TEST_CASE("what announces a literal and what does not") {
  struct Row {
    std::string line;
    bool literal;
  };

  const std::vector<Row> rows = {{"a X {5}", true},   {"a X {5+}", true},   {"a X{5}", true},
                                 {"a X ~{5}", true},  {"a X {}", false},    {"a X {+}", false},
                                 {"a X {5} ", false}, {"a X {a}", false},   {"a X 5}", false},
                                 {"a X {-5}", false}, {"a X {5++}", false}, {"a X {5}{6}", true},
                                 {"{1}", true},       {"}", false},         {"", false}};
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CommandReader reader;
    reader.start();
    CHECK((reader.add_line(row.line).kind == Kind::literal) == row.literal);
  }
}

TEST_CASE("limits of a command") {
  const ReaderLimits limits{
      .line = 40, .literal = 10, .literals_total = 25, .literals_count = 4, .text_total = 100};

  struct Row {
    std::string name;
    std::string wire;
    bool too_big;
    bool literal_follows;
  };

  const std::string ten = "{10}\r\n0123456789";
  const std::vector<Row> rows = {
      {"a literal of the largest size", "a X " + ten + "\r\n", false, false},
      {"one byte more", "a X {11}\r\n", true, false},
      {"one byte more, already sent", "a X {11+}\r\n", true, true},
      {"beyond 64 bits", "a X {99999999999999999999}\r\n", true, false},
      {"beyond 64 bits, already sent", "a X {99999999999999999999+}\r\n", true, true},
      {"total", "a X " + ten + ten + "{6+}\r\n", true, true},
      {"within the total", "a X " + ten + ten + "{5}\r\n12345\r\n", false, false},
      {"count", "a X {1}\r\na{1}\r\nb{1}\r\nc{1}\r\nd\r\n", false, false},
      {"one too many", "a X {0}\r\n{0}\r\n{0}\r\n{0}\r\n{0}\r\n", true, false},
      {"longest line", std::string(40, 'x') + "\r\n", false, false},
      {"line too long", std::string(41, 'x') + "\r\n", true, false},
      {"text in all",
       std::string(37, 'x') + "{0}\r\n" + std::string(37, 'x') + "{0}\r\n" + std::string(30, 'x') +
           "\r\n",
       true, false},
      {"text in all, before a literal",
       std::string(37, 'x') + "{0}\r\n" + std::string(37, 'x') + "{0}\r\n" + std::string(30, 'x') +
           "{1+}\r\n",
       true, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CommandReader reader(limits);
    const auto step = test::play(reader, row.wire).steps.back();
    CHECK(step.kind == (row.too_big ? Kind::failed : Kind::complete));
    if (!row.too_big) continue;
    CHECK(step.error.kind == SyntaxError::Kind::too_big);
    CHECK(step.literal_follows == row.literal_follows);
  }
}

TEST_CASE("APPEND stops at its message") {
  struct Row {
    std::string line; // up to the message's literal
    AppendMessage want;
  };

  const std::vector<Row> rows = {
      {"a APPEND INBOX {310}", {{}, {}, 310, true, false, false}},
      {"a append \"x y\" {310+}", {{}, {}, 310, false, false, false}},
      {"a APPEND x (\\Seen foo) {0}", {{"\\Seen", "foo"}, {}, 0, true, false, false}},
      {"a APPEND x () {5}", {{}, {}, 5, true, false, false}},
      {"a APPEND x (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {5}",
       {{"\\Seen"}, DateTime{837596665, -420}, 5, true, false, false}},
      {"a APPEND x \" 1-Jan-1970 00:00:00 +0000\" ~{5+}", {{}, DateTime{}, 5, false, true, false}},
      {"a APPEND x UTF8 (~{5}", {{}, {}, 5, true, true, true}},
      {"a APPEND {1}\r\nx (a) {9223372036854775807}",
       {{"a"}, {}, 9223372036854775807, true, false, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CommandReader reader;
    const auto played = test::play(reader, row.line + "\r\nFrom: x");
    const auto& step = played.steps.back();
    REQUIRE(step.kind == Kind::message);
    CHECK(step.size == row.want.size);
    CHECK(step.synchronizing == row.want.synchronizing);
    CHECK(played.rest == "From: x");
    CHECK(reader.literal_space().empty());
    const auto command = reader.parse();
    REQUIRE(command);
    CHECK(std::get<Append>(command->body).message == row.want);
    CHECK(parse_command(print_command(*command)) == *command);
    const auto end = reader.add_line(row.want.utf8 ? ")" : "");
    CHECK(end.kind == Kind::complete);
    const auto next = reader.next_message();
    REQUIRE(next);
    CHECK(!*next);
    CHECK(reader.tag() == "a");
    CHECK(reader.name() == "APPEND");
  }
}

TEST_CASE("malformed APPEND") {
  struct Row {
    std::string line;
    std::string text;
  };

  const std::vector<Row> rows = {
      {"a APPEND", "a space expected"},
      {"a APPEND x", "a space expected"},
      {"a APPEND x ", "a literal expected"},
      {"a APPEND x y", "a literal expected"},
      {"a APPEND x (\\Seen {5}", "a flag expected"},
      {"a APPEND x ({5}", "a flag expected"},
      {"a APPEND x  {5}", "a literal expected"},
      {"a APPEND x \"17-Jul\" {5}", "not a date and time"},
      {"a APPEND x \"17-Jul-1996 02:44:25 -0700\" (a) {5}", "a literal expected"},
      {"a APPEND x UTF8 {5}", "an opening parenthesis expected"},
      {"a APPEND x UTF8 ({5}", "a literal8 expected"},
      {"a APPEND x UTF8 ~{5}", "an opening parenthesis expected"},
      {"a APPEND x CATENATE (TEXT {5}", "a literal expected"},
      {"a APPEND ~{1}", "a space expected"},
      {"a APPEND  {1}", "a mailbox expected"},
      {"a APPEND {1}\r\nx", "a space expected"},
      {"a REPLACE x {5}", "a number expected"},
      {"a REPLACE 0 x {5}", "a number above 0 expected"},
      {"a REPLACE 1 {5}", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CommandReader reader;
    const auto played = test::play(reader, row.line + "\r\n");
    if (row.text.empty()) {
      CHECK(played.steps.front().kind == Kind::literal); // the mailbox of REPLACE
      continue;
    }
    const auto command = reader.parse();
    REQUIRE(!command);
    CHECK(command.error().text == row.text);
  }
}

TEST_CASE("several messages in one APPEND") {
  CommandReader reader;
  REQUIRE(test::play(reader, "a APPEND x (\\Seen) {5}\r\n").steps.back().kind == Kind::message);
  REQUIRE(reader.parse());
  auto step = reader.add_line(" (foo) \" 1-Jan-1970 00:00:00 +0000\" {7+}");
  REQUIRE(step.kind == Kind::message);
  CHECK(step.size == 7);
  auto next = reader.next_message();
  REQUIRE(next);
  REQUIRE(*next);
  CHECK((*next)->flags == std::vector<std::string>{"foo"});
  CHECK((*next)->date == DateTime{});
  CHECK(!(*next)->synchronizing);
  step = reader.add_line(" UTF8 (~{2}");
  REQUIRE(step.kind == Kind::message);
  next = reader.next_message();
  REQUIRE(next);
  CHECK((*next)->utf8);
  step = reader.add_line(") {1}");
  REQUIRE(step.kind == Kind::message);
  next = reader.next_message();
  REQUIRE(next);
  CHECK((*next)->size == 1);
  step = reader.add_line("  ");
  CHECK(step.kind == Kind::complete);
  next = reader.next_message();
  REQUIRE(next);
  CHECK(!*next);
}

TEST_CASE("what may not follow a message") {
  struct Row {
    std::string first;
    std::string line;
    std::string text;
  };

  const std::vector<Row> rows = {
      {"a APPEND x {5}", "x", "unexpected text after the message"},
      {"a APPEND x {5}", ")", "unexpected text after the message"},
      {"a APPEND x {5}", "{5}", "a space expected"},
      {"a APPEND x {5}", " (a {5}", "a flag expected"},
      {"a APPEND x UTF8 (~{5}", "", "a closing parenthesis expected"},
      {"a APPEND x UTF8 (~{5}", " {5}", "a closing parenthesis expected"},
      {"a REPLACE 1 x {5}", " {5}", "only one message can be given"},
      {"a UID REPLACE * x {5}", "x", "unexpected text after the message"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first, row.line);
    CommandReader reader;
    REQUIRE(test::play(reader, row.first + "\r\n").steps.back().kind == Kind::message);
    reader.add_line(row.line);
    const auto next = reader.next_message();
    REQUIRE(!next);
    CHECK(next.error().text == row.text);
  }
}

TEST_CASE("REPLACE stops at its message too") {
  CommandReader reader;
  const auto played = test::play(reader, "a UID REPLACE 4 {1}\r\nx (\\Draft) {5}\r\n");
  REQUIRE(played.steps.back().kind == Kind::message);
  const auto command = reader.parse();
  REQUIRE(command);
  const auto& replace = std::get<Replace>(command->body);
  CHECK(replace.by_uid);
  CHECK(replace.number == 4);
  CHECK(replace.mailbox == "x");
  CHECK(replace.message.size == 5);
  CHECK(parse_command(print_command(*command)) == *command);
  CHECK(reader.name() == "UID REPLACE");
}

TEST_CASE("many messages in one command do not add up to a command too long") {
  CommandReader reader({.line = 100, .text_total = 200});
  REQUIRE(test::play(reader, "a APPEND x {1}\r\n").steps.back().kind == Kind::message);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(reader.add_line(" (\\Seen) {1}").kind == Kind::message);
    REQUIRE(reader.next_message());
  }
}

TEST_CASE("the bytes of a literal are never read as text") {
  CommandReader reader;
  const auto played =
      test::play(reader, "a SEARCH FROM {12}\r\nx\r\nb LOGOUT\r SEEN\r\nc NOOP\r\n");
  CHECK(played.steps.back().kind == Kind::complete);
  CHECK(played.rest == "c NOOP\r\n");
  const auto command = reader.parse();
  REQUIRE(command);
  CHECK(std::get<Search>(command->body).key.keys[0].text == "x\r\nb LOGOUT\r");
}

TEST_CASE("names of commands") {
  for (const std::string name : {"CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "NAMESPACE", "IDLE",
                                 "CHECK", "CLOSE", "UNSELECT", "EXPUNGE"}) {
    const auto command = parse_command("a " + name);
    REQUIRE(command);
    CHECK(command_name(command->body) == name);
  }
}
