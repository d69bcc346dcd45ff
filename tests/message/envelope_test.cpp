#include "imap_grammar.h"
#include "message/envelope.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

struct Row {
  std::string_view name;
  std::string_view header;
  std::string_view want;
};

const std::vector<Row> rows = {
    {"nothing", "", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"},
    {"empty fields", "Date:\r\nSubject: \r\nTo: \r\nMessage-Id:\r\n",
     R"(("" "" NIL NIL NIL NIL NIL NIL NIL ""))"},
    {"encoded words stay",
     "Subject: =?utf-8?q?=C3=A4?=\r\n =?utf-8?q?b?=\r\nFrom: =?x?q?a?= <a@b>\r\n",
     R"((NIL "=?utf-8?q?=C3=A4?= =?utf-8?q?b?=" (("=?x?q?a?=" NIL "a" "b")) (("=?x?q?a?=" NIL "a" "b")) (("=?x?q?a?=" NIL "a" "b")) NIL NIL NIL NIL NIL))"},
    {"quoting", "Subject: a \"b\" \\c\r\n",
     R"((NIL "a \"b\" \\c" NIL NIL NIL NIL NIL NIL NIL NIL))"},
    {"bytes above 127", "Subject: \xc3\xa4\r\n",
     "(NIL {2}\r\n\xc3\xa4 NIL NIL NIL NIL NIL NIL NIL NIL)"},
    {"groups and lone words", "To: g: a@b;, x\r\n",
     R"((NIL NIL NIL NIL NIL ((NIL NIL "g" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)(NIL NIL "x" "")) NIL NIL NIL NIL))"},
    {"two fields", "To: a@b\r\nFrom: x@y\r\nTo: c@d\r\nFrom: z@z\r\n",
     R"((NIL NIL ((NIL NIL "x" "y")) ((NIL NIL "x" "y")) ((NIL NIL "x" "y")) ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL NIL NIL NIL))"},
    {"ids", "Message-ID:  <a@b> \r\nIn-Reply-To: <c@d>\r\n <e@f>\r\n",
     R"((NIL NIL NIL NIL NIL NIL NIL NIL "<c@d> <e@f>" "<a@b>"))"},
};

} // namespace

TEST_CASE("envelopes") {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto got = envelope(Fields(row.header));
    CHECK(got == row.want);
    CHECK(mox::test::ImapGrammar::is_envelope(got));
  }
  CHECK(empty_envelope() == rows[0].want);
}

TEST_CASE("strings for IMAP") {
  const auto string = [](std::string_view text) {
    std::string to;
    append_imap_string(to, text);
    return to;
  };
  CHECK(string("") == "\"\"");
  CHECK(string("a\tb") == "\"a\tb\"");
  CHECK(string("a\r\nb") == "\"a  b\"");
  CHECK(string(std::string_view("a\0b", 3)) == "\"ab\"");
  CHECK(string(std::string_view("\xff\0\r", 3)) == "{2}\r\n\xff ");
  CHECK(string("\x01") == "{1}\r\n\x01");
  CHECK(string(std::string(1001, 'x')) == "{1001}\r\n" + std::string(1001, 'x'));
  std::string to;
  append_imap_nstring(to, "");
  CHECK(to == "NIL");
  append_imap_nstring(to, "NIL");
  CHECK(to == "NIL\"NIL\"");
}
