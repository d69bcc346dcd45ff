#include "smtp/reply.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox::smtp;

namespace {

std::string written(std::uint16_t code, EnhancedCode enhanced, std::string_view text) {
  std::string out;
  append_reply(out, code, enhanced, text);
  return out;
}

mox::Result<std::optional<Reply>> parsed(std::string_view text) {
  ReplyParser parser;
  for (;;) {
    const auto end = text.find("\r\n");
    auto reply = parser.add_line(text.substr(0, end));
    if (!reply || *reply || end == std::string_view::npos) return reply;
    text.remove_prefix(end + 2);
    if (text.empty()) return reply;
  }
}

} // namespace

TEST_CASE("replies") {
  CHECK(written(250, {2, 1, 0}, "ok") == "250 2.1.0 ok\r\n");
  CHECK(written(354, {}, "go on") == "354 go on\r\n");
  CHECK(written(550, {5, 7, 1}, "no\nnot\r\nnever") ==
        "550-5.7.1 no\r\n550-5.7.1 not\r\n550 5.7.1 never\r\n");
  CHECK(written(550, {5, 7, 1}, "a\rb\tc\x7f") == "550 5.7.1 a b c \r\n");
  CHECK(written(250, {}, "") == "250 \r\n");
  std::string out;
  append_ehlo_reply(out, {"mx.example", "PIPELINING", "SMTPUTF8"});
  CHECK(out == "250-mx.example\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n");
}

TEST_CASE("long replies are broken") {
  struct Row {
    std::string text;
    std::size_t lines;
  };

  std::string words;
  while (words.size() < 1200) words += "word ";
  std::string umlauts;
  while (umlauts.size() < 1200) umlauts += "\xc3\xa4";
  const std::vector<Row> rows = {{std::string(500, 'x'), 1},
                                 {std::string(501, 'x'), 2},
                                 {words, 3},
                                 {umlauts, 3},
                                 {"a " + std::string(600, 'x'), 2}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto text = written(550, {5, 7, 1}, row.text);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
      const auto end = text.find("\r\n", at);
      CHECK(end - at <= 510);
      at = end + 2;
    }
    CHECK(lines == row.lines);
    const auto reply = parsed(text);
    REQUIRE(reply);
    REQUIRE(*reply);
    std::string joined;
    for (const auto& line : (*reply)->lines) joined += line + (row.text == words ? " " : "");
    while (joined.ends_with(' ')) joined.pop_back();
    auto want = row.text;
    while (want.ends_with(' ')) want.pop_back();
    CHECK(joined == want);
  }
}

TEST_CASE("replies are parsed") {
  struct Row {
    std::string text;
    Reply want;
  };

  const std::vector<Row> rows = {
      {"250 ok\r\n", {250, {}, {"ok"}}},
      {"250", {250, {}, {""}}},
      {"250 ", {250, {}, {""}}},
      {"250 2.1.0 ok", {250, {2, 1, 0}, {"ok"}}},
      {"250 2.1.0", {250, {2, 1, 0}, {""}}},
      {"550-5.7.26 a\r\n550 5.7.26 b", {550, {5, 7, 26}, {"a", "b"}}},
      {"550-5.7.1 a\r\n550-5.7.2 b\r\n550 c", {550, {5, 7, 1}, {"a", "5.7.2 b", "c"}}},
      {"250-mx.example\r\n250 SIZE 5", {250, {}, {"mx.example", "SIZE 5"}}},
      {"250 4.1.0 ok", {250, {}, {"4.1.0 ok"}}},
      {"550 5.1.1x", {550, {}, {"5.1.1x"}}},
      {"550 5.1234.1 x", {550, {}, {"5.1234.1 x"}}},
      {"550 5.1. x", {550, {}, {"5.1. x"}}},
      {"550 3.1.1 x", {550, {}, {"3.1.1 x"}}},
      {"250-\r\n250 ", {250, {}, {"", ""}}},
      {"250 a\tb\x1b[2Jc\x7f"
       "d\re",
       {250, {}, {"a b [2Jc d e"}}},
      {"250 " + std::string("a\0b", 3), {250, {}, {"a b"}}},
      {"250 gr\xc3\xbc\xc3\x9f gr\xfc\xdf",
       {250, {}, {"gr\xc3\xbc\xc3\x9f gr\xef\xbf\xbd\xef\xbf\xbd"}}},
      {"250 " + std::string(ReplyParser::max_line - 4, 'x'),
       {250, {}, {std::string(ReplyParser::max_line - 4, 'x')}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto reply = parsed(row.text);
    REQUIRE(reply);
    REQUIRE(*reply);
    CHECK(**reply == row.want);
  }
}

TEST_CASE("what is no reply") {
  for (const std::string text : {"", "25", "abc", "199 x", "600 x", "250x", "2500", "-250 x",
                                 "+25 x", " 250", "250-a\r\n251 b", "250-a\r\nx"}) {
    CAPTURE(text);
    CHECK(!parsed(text));
  }
  ReplyParser lines;
  for (std::size_t i = 0; i < ReplyParser::max_lines; ++i) REQUIRE(lines.add_line("250-x"));
  CHECK(!lines.add_line("250-x"));
  ReplyParser line;
  CHECK(!line.add_line("250 " + std::string(ReplyParser::max_line - 3, 'x')));
  ReplyParser bytes;
  const auto long_line = "250-" + std::string(ReplyParser::max_line - 4, 'x');
  for (std::size_t i = 0; i < ReplyParser::max_bytes / ReplyParser::max_line; ++i)
    REQUIRE(bytes.add_line(long_line));
  CHECK(!bytes.add_line("250 x"));
}

TEST_CASE("a reply on one line") {
  struct Row {
    Reply reply;
    std::string want;
  };

  const std::vector<Row> rows = {
      {{250, {}, {"ok"}}, "250 ok"},
      {{250, {}, {""}}, "250"},
      {{550, {5, 1, 1}, {""}}, "550 5.1.1"},
      {{550, {5, 1, 1}, {"no", "", "user"}}, "550 5.1.1 no user"},
      {{550, {}, {"0123456789"}}, "550 0123456789"},
      {{550, {}, {"0123456789a"}}, "550 0123456789..."},
      {{550, {}, {"0123456789", "a"}}, "550 0123456789..."},
      {{550, {}, {"0123456789", "a", "b", "c"}}, "550 0123456789..."},
      {{550, {}, {"012345678\xc3\xa4"}}, "550 012345678..."},
  };
  for (const auto& row : rows) {
    CAPTURE(row.want);
    CHECK(one_line(row.reply, 10) == row.want);
  }
  CHECK(one_line({550, {}, {std::string(600, 'x')}}) == "550 " + std::string(500, 'x') + "...");
}

TEST_CASE("a parser reads one reply after another") {
  ReplyParser parser;
  CHECK((*parser.add_line("250 2.1.0 a"))->enhanced == EnhancedCode{2, 1, 0});
  CHECK((*parser.add_line("354 b"))->enhanced == EnhancedCode{});
}
