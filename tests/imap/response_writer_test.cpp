#include "imap/fetch_item.h"
#include "imap/response_writer.h"
#include "support/catch.h"

#include <array>
#include <string>
#include <vector>

using namespace std::string_literals;
using mox::imap::Condition;
using mox::imap::NameForm;
using mox::imap::ResponseWriter;

namespace {

template <class Write> std::string written(Write write) {
  std::string out;
  ResponseWriter writer(out);
  write(writer);
  return out;
}

} // namespace

TEST_CASE("strings are quoted where they can be") {
  struct Row {
    std::string bytes;
    std::string string;
    std::string astring;
  };

  const std::string long_text(1001, 'x');
  const std::vector<Row> rows = {
      {"", "\"\"", "\"\""},
      {"abc", "\"abc\"", "abc"},
      {"a b", "\"a b\"", "\"a b\""},
      {"a]b", "\"a]b\"", "a]b"},
      {"NIL", "\"NIL\"", "\"NIL\""},
      {"nil", "\"nil\"", "\"nil\""},
      {"a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\""},
      {"a\r\nb", "{4}\r\na\r\nb", "{4}\r\na\r\nb"},
      {"\xc3\xa9", "{2}\r\n\xc3\xa9", "{2}\r\n\xc3\xa9"},
      {"a\tb", "{3}\r\na\tb", "{3}\r\na\tb"},
      {"a\0b\0"s, "{2}\r\nab", "{2}\r\nab"},
      {long_text, "{1001}\r\n" + long_text, long_text},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    CHECK(written([&](auto& writer) { writer.string(row.bytes); }) == row.string);
    CHECK(written([&](auto& writer) { writer.astring(row.bytes); }) == row.astring);
  }
}

TEST_CASE("lines and pieces") {
  CHECK(written([](auto& writer) { writer.tagged("a1", Condition::ok, "READ-WRITE", "done"); }) ==
        "a1 OK [READ-WRITE] done\r\n");
  CHECK(written([](auto& writer) { writer.untagged(Condition::bye, "", "gone\r\n* OK x"); }) ==
        "* BYE gone  * OK x\r\n");
  CHECK(written([](auto& writer) { writer.untagged(Condition::no, "", "x"); }) == "* NO x\r\n");
  CHECK(written([](auto& writer) { writer.untagged(Condition::bad, "", "x"); }) == "* BAD x\r\n");
  CHECK(written([](auto& writer) { writer.untagged(Condition::preauth, "", "x"); }) ==
        "* PREAUTH x\r\n");
  CHECK(written([](auto& writer) { writer.continuation("go on"); }) == "+ go on\r\n");
  CHECK(written([](auto& writer) { writer.number_line(3, "EXISTS"); }) == "* 3 EXISTS\r\n");
  CHECK(written([](auto& writer) { writer.nstring(std::nullopt).raw(' ').nstring("a"); }) ==
        "NIL \"a\"");
  CHECK(written([](auto& writer) { writer.number(18446744073709551615U).raw(' ').number(0U); }) ==
        "18446744073709551615 0");
  CHECK(written([](auto& writer) { writer.literal_header(12).literal_header(3, true).crlf(); }) ==
        "{12}\r\n~{3}\r\n\r\n");
  CHECK(written([](auto& writer) {
          writer.parenthesised(std::vector<std::string>{"\\Seen", "$Junk"});
        }) == "(\\Seen $Junk)");
  CHECK(written([](auto& writer) { writer.parenthesised(std::vector<std::string>{}); }) == "()");
  CHECK(written([](auto& writer) { writer.date_time({0, 60}); }) ==
        "\" 1-Jan-1970 01:00:00 +0100\"");
  CHECK(written([](auto& writer) { writer.sequence_set(std::array<std::uint32_t, 3>{1, 2, 5}); }) ==
        "1:2,5");
}

TEST_CASE("mailbox names in replies") {
  const auto mailbox = [](std::string_view name, NameForm form) {
    return written([&](auto& writer) { writer.mailbox(name, form); });
  };
  CHECK(mailbox("Inbox", NameForm::mutf7) == "INBOX");
  CHECK(mailbox("Sent Items", NameForm::utf8) == "\"Sent Items\"");
  CHECK(mailbox("ä", NameForm::mutf7) == "&AOQ-");
  CHECK(mailbox("ä \"x\"", NameForm::utf8) == "\"ä \\\"x\\\"\"");
  CHECK(mailbox("nil", NameForm::utf8) == "\"nil\"");
}

TEST_CASE("names of fetch items in replies") {
  using mox::imap::FetchItem;
  using mox::imap::Section;
  FetchItem item;
  const auto name = [&] {
    std::string text;
    append_reply_name(text, item);
    return text;
  };
  item.kind = FetchItem::Kind::section;
  item.peek = true;
  CHECK(name() == "BODY[]");
  item.section = {{1, 2}, Section::Text::header_fields, {"From", "a b", "x\r\ny"}};
  item.partial = {5, 10};
  CHECK(name() == "BODY[1.2.HEADER.FIELDS (From \"a b\" {4}\r\nx\r\ny)]<5>");
  item.section = {{}, Section::Text::text, {}};
  CHECK(name() == "BODY[TEXT]<5>");
  item.section = {{3}, Section::Text::mime, {}};
  item.partial.reset();
  CHECK(name() == "BODY[3.MIME]");
  item.section = {{}, Section::Text::header_fields_not, {"To"}};
  CHECK(name() == "BODY[HEADER.FIELDS.NOT (To)]");
  item.section = {{1}, Section::Text::all, {}};
  item.kind = FetchItem::Kind::binary_size;
  CHECK(name() == "BINARY.SIZE[1]");
  item.kind = FetchItem::Kind::binary;
  CHECK(name() == "BINARY[1]");
  item.kind = FetchItem::Kind::rfc822_size;
  CHECK(name() == "RFC822.SIZE");
}

TEST_CASE("what marks a message as seen") {
  using mox::imap::FetchItem;
  const auto sets = [](FetchItem::Kind kind, bool peek) {
    FetchItem item;
    item.kind = kind;
    item.peek = peek;
    return item.sets_seen();
  };
  CHECK(sets(FetchItem::Kind::section, false));
  CHECK(!sets(FetchItem::Kind::section, true));
  CHECK(sets(FetchItem::Kind::binary, false));
  CHECK(!sets(FetchItem::Kind::binary, true));
  CHECK(sets(FetchItem::Kind::rfc822, false));
  CHECK(sets(FetchItem::Kind::rfc822_text, false));
  CHECK(!sets(FetchItem::Kind::rfc822_header, false));
  CHECK(!sets(FetchItem::Kind::flags, false));
}
