#include "imap/command_reader.h"
#include "imap/command_writer.h"
#include "support/catch.h"
#include "wire.h"

#include <string>
#include <vector>

using namespace mox::imap;
using mox::imap::test::parse_wire;

namespace {

std::string nested(std::size_t depth, const std::string& open, const std::string& inner,
                   const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += inner;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

Parsed<Command> search(const std::string& keys) {
  return parse_wire("a SEARCH " + keys + "\r\n");
}

} // namespace

TEST_CASE("search keys") {
  struct Row {
    std::string input;
    std::string want; // as printed; "" for the input itself
  };

  const std::vector<Row> rows = {
      {"ALL", ""},
      {"all", "ALL"},
      {"ANSWERED DELETED DRAFT FLAGGED SEEN UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN", ""},
      {"NEW", "RECENT UNSEEN"},
      {"OR NEW OLD", "OR (RECENT UNSEEN) OLD"},
      {"RECENT OLD", ""},
      {"KEYWORD $Junk UNKEYWORD foo", ""},
      {"FROM joe", "HEADER from joe"},
      {"BCC a CC b TO c SUBJECT d", "HEADER bcc a HEADER cc b HEADER to c HEADER subject d"},
      {"HEADER X-Foo \"\"", "HEADER x-foo \"\""},
      {"SUBJECT NIL", "HEADER subject \"NIL\""},
      {"BODY \"a b\" TEXT {3}\r\nx\r\n", "BODY \"a b\" TEXT {3}\r\nx\r\n"},
      {"LARGER 0 SMALLER 9223372036854775807", ""},
      {"BEFORE 1-Feb-1994 ON \"2-Mar-2000\" SINCE 03-apr-2001",
       "BEFORE 1-Feb-1994 ON 2-Mar-2000 SINCE 3-Apr-2001"},
      {"SENTBEFORE 1-Feb-1994 SENTON 1-Feb-1994 SENTSINCE 1-Feb-1994", ""},
      {"SAVEDBEFORE 1-Feb-1994 SAVEDON 1-Feb-1994 SAVEDSINCE 1-Feb-1994 SAVEDATESUPPORTED", ""},
      {"OLDER 1 YOUNGER 4294967295", ""},
      {"MODSEQ 620162338", ""},
      {"MODSEQ \"/flags/\\\\draft\" all 620162338", "MODSEQ 620162338"},
      {"1:3,5 UID 7:* $ UID $ *", ""},
      {"NOT SEEN", ""},
      {"NOT NOT SEEN", ""},
      {"OR SEEN DELETED", ""},
      {"OR OR 1 2 NOT 3", ""},
      {"(SEEN)", "SEEN"},
      {"(SEEN DELETED)", "SEEN DELETED"},
      {"OR (SEEN DELETED) (1 ( 2))", ""},
      {"NOT (SEEN (OR 1 2) )", "NOT (SEEN OR 1 2)"},
      {"RETURN () ALL", "RETURN (ALL) ALL"},
      {"RETURN (min MAX COUNT) ALL", "RETURN (MIN MAX COUNT) ALL"},
      {"RETURN (SAVE) CHARSET UTF-8 ALL", ""},
      {"CHARSET \"utf-8\" TEXT a", "CHARSET utf-8 TEXT a"},
      {"ALL  ", "ALL"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = search(row.input);
    if (row.input.find("( ") != std::string::npos) {
      CHECK(!command); // a space after an opening parenthesis
      continue;
    }
    REQUIRE(command);
    const auto printed = print_command(*command);
    CHECK(wire_text(printed) == "a SEARCH " + (row.want.empty() ? row.input : row.want) + "\r\n");
    CHECK(parse_command(printed) == *command);
  }
}

TEST_CASE("malformed searches") {
  struct Row {
    std::string input;
    std::string text;
  };

  const std::vector<Row> rows = {
      {"", "unknown search key"},
      {"FOO", "unknown search key"},
      {"FROM", "a space expected"},
      {"FROM ", "a string expected"},
      {"FROM (a)", "a string expected"},
      {"HEADER a", "a space expected"},
      {"HEADER (", "a header field name expected"},
      {"HEADER a (", "a string expected"},
      {"BEFORE", "a space expected"},
      {"BEFORE x", "not a date"},
      {"BEFORE 30-Feb-2000", "not a date"},
      {"BEFORE (", "a date expected"},
      {"LARGER x", "a number expected"},
      {"LARGER 9223372036854775808", "number too large"},
      {"OLDER 0", "a number above 0 expected"},
      {"OLDER 4294967296", "number too large"},
      {"KEYWORD", "a space expected"},
      {"KEYWORD \\Seen", "a keyword expected"},
      {"UID", "a space expected"},
      {"UID x", "a message number or * expected"},
      {"0", "a message number or * expected"},
      {"1:", "a message number or * expected"},
      {"NOT", "a space expected"},
      {"OR SEEN", "a space expected"},
      {"OR SEEN ", "unknown search key"},
      {"()", "unknown search key"},
      {"(SEEN", "a closing parenthesis expected"},
      {"SEEN)", "unexpected text after the command"},
      {"SEEN,DELETED", "unexpected text after the command"},
      {"MODSEQ x", "a number expected"},
      {"MODSEQ \"/flags/x\" foo 1", "priv, shared or all expected"},
      {"MODSEQ \"/flags/x\" 1", "priv, shared or all expected"},
      {"RETURN (FOO) ALL", "unknown return option"},
      {"RETURN ALL", "an opening parenthesis expected"},
      {"RETURN (ALL)", "a space expected"},
      {"CHARSET (", "a charset expected"},
      {"CHARSET UTF-8", "a space expected"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = search(row.input);
    REQUIRE(!command);
    CHECK(command.error().text == row.text);
  }
}

TEST_CASE("searches are limited in depth and number") {
  const auto most = SearchKey::max_depth - 1;
  CHECK(search(nested(most, "NOT ", "SEEN", "")));
  CHECK(search(nested(most, "(", "SEEN", ")")));
  CHECK(search(nested(most, "OR SEEN ", "SEEN", "")));
  CHECK(search(nested(most - 1, "NOT ", "NEW", "")));
  for (const auto& keys : {nested(most + 1, "NOT ", "SEEN", ""), nested(most + 1, "(", "SEEN", ")"),
                           nested(most + 1, "OR SEEN ", "SEEN", ""),
                           nested(20'000, "(", "SEEN", ")"), nested(most, "NOT ", "NEW", "")}) {
    const auto command = search(keys);
    REQUIRE(!command);
    CHECK(command.error().kind == SyntaxError::Kind::too_big);
  }
  std::string many = "1";
  for (std::size_t i = 1; i < SearchKey::max_keys; ++i) many += " 1";
  CHECK(search(many));
  const auto over = search(many + " 1");
  REQUIRE(!over);
  CHECK(over.error().kind == SyntaxError::Kind::too_big);
}

TEST_CASE("search keys as a tree") {
  const auto command = search("UNSEEN OR FROM a (NOT LARGER 5 MODSEQ 7) UID 3");
  REQUIRE(command);
  const auto& root = std::get<Search>(command->body).key;
  using Kind = SearchKey::Kind;
  REQUIRE(root.kind == Kind::conjunction);
  REQUIRE(root.keys.size() == 3);
  CHECK(root.keys[0].kind == Kind::flag);
  CHECK(root.keys[0].negated);
  CHECK(root.keys[0].text == "\\Seen");
  const auto& either = root.keys[1];
  REQUIRE(either.kind == Kind::disjunction);
  CHECK(either.keys[0].field == "from");
  REQUIRE(either.keys[1].kind == Kind::conjunction);
  CHECK(either.keys[1].keys[0].kind == Kind::negation);
  CHECK(either.keys[1].keys[0].keys[0].number == 5);
  CHECK(root.keys[2].kind == Kind::uid);
}
