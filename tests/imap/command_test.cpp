#include "imap/command_reader.h"
#include "imap/command_writer.h"
#include "support/catch.h"
#include "wire.h"

#include <string>
#include <vector>

using namespace std::string_literals;
using namespace mox::imap;
using mox::imap::test::parse_wire;

namespace {

struct Good {
  std::string input; // from behind the tag and its space
  std::string want;  // as printed; "" for the input itself
};

struct Bad {
  std::string input;
  std::string text; // of the error
  SyntaxError::Kind kind = SyntaxError::Kind::syntax;
};

void check_good(const std::vector<Good>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = parse_wire("a1 " + row.input + "\r\n");
    if (!command) FAIL_CHECK(command.error().text << " at " << command.error().position);
    if (!command) continue;
    CHECK(command->tag == "a1");
    const auto printed = print_command(*command);
    const auto wire = wire_text(printed);
    const bool open = !printed.literals.empty() && printed.literals.back().message;
    CHECK(wire == "a1 " + (row.want.empty() ? row.input : row.want) + (open ? "" : "\r\n"));
    CHECK(parse_command(printed) == *command);
  }
}

void check_bad(const std::vector<Bad>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = parse_wire("a1 " + row.input + "\r\n");
    REQUIRE(!command);
    CHECK(command.error().text == row.text);
    CHECK(command.error().kind == row.kind);
    CHECK(command.error().position <= row.input.size() + 3);
  }
}

template <class Body> Body parsed(const std::string& input) {
  const auto command = parse_wire("t " + input + "\r\n");
  REQUIRE(command);
  REQUIRE(std::holds_alternative<Body>(command->body));
  return std::get<Body>(command->body);
}

} // namespace

TEST_CASE("commands of the session") {
  check_good({
      {"CAPABILITY", ""},
      {"noop", "NOOP"},
      {"NOOP  ", "NOOP"},
      {"LoGoUt", "LOGOUT"},
      {"STARTTLS", ""},
      {"ID NIL", ""},
      {"id nil", "ID NIL"},
      {"ID ()", "ID NIL"},
      {"ID (\"name\" \"x\" \"version\" NIL)", ""},
      {"ID ({4}\r\nname {1}\r\nx)", "ID (\"name\" \"x\")"},
      {"AUTHENTICATE plain", "AUTHENTICATE PLAIN"},
      {"AUTHENTICATE PLAIN AGEAYg==", ""},
      {"AUTHENTICATE PLAIN =", ""},
      {"AUTHENTICATE PLAIN ", "AUTHENTICATE PLAIN"},
      {"LOGIN joe pass", ""},
      {"LOGIN \"joe\" \"pa ss\\\"\\\\\"", "LOGIN joe \"pa ss\\\"\\\\\""},
      {"LOGIN {3}\r\njoe {4+}\r\np\r\nw", "LOGIN joe {4}\r\np\r\nw"},
      {"LOGIN \"\" \"\"", ""},
      {"LOGIN a]b nil", "LOGIN a]b \"nil\""},
      {"LOGIN \"\xc3\xa9\" x", "LOGIN {2}\r\n\xc3\xa9 x"},
      {"ENABLE CONDSTORE imap4rev2", ""},
      {"ENABLE UTF8=ACCEPT ", "ENABLE UTF8=ACCEPT"},
      {"IDLE", ""},
      {"NAMESPACE", ""},
      {"COMPRESS deflate", "COMPRESS DEFLATE"},
      {"CHECK", ""},
      {"CLOSE", ""},
      {"UNSELECT", ""},
      {"EXPUNGE", ""},
      {"UID EXPUNGE 1:5,9", ""},
  });
  check_bad({
      {"", "unknown command", SyntaxError::Kind::unknown_command},
      {" NOOP", "unknown command", SyntaxError::Kind::unknown_command},
      {"FOO", "unknown command", SyntaxError::Kind::unknown_command},
      {"UID", "unknown command", SyntaxError::Kind::unknown_command},
      {"UID NOOP", "unknown command", SyntaxError::Kind::unknown_command},
      {"UID  FETCH 1 UID", "unknown command", SyntaxError::Kind::unknown_command},
      {"NOOPX", "unknown command", SyntaxError::Kind::unknown_command},
      {"NOOP x", "unexpected text after the command"},
      {"NOOP {1}\r\nx", "unexpected text after the command"},
      {"NOOP\0"s, "unexpected text after the command"},
      {"ID", "a space expected"},
      {"ID (name \"x\")", "a field name expected"},
      {"ID (\"a\" \"x\" \"A\" \"y\")", "field name given twice"},
      {"ID (\"a\")", "a space expected"},
      {"ID (\"a\" b)", "a value or NIL expected"},
      {"ID (\"a\" \"b\"", "a space or a closing parenthesis expected"},
      {"ID x", "an opening parenthesis expected"},
      {"AUTHENTICATE", "a space expected"},
      {"AUTHENTICATE (", "a mechanism expected"},
      {"AUTHENTICATE PLAIN *", "base64 expected"},
      {"AUTHENTICATE PLAIN a b", "unexpected text after the command"},
      {"LOGIN", "a space expected"},
      {"LOGIN joe", "a space expected"},
      {"LOGIN  joe x", "a user name expected"},
      {"LOGIN joe ", "a password expected"},
      {"LOGIN joe \"x", "unfinished quoted string"},
      {"LOGIN joe \"x\\", "unfinished quoted string"},
      {"LOGIN \"a{1}\r\nb\" x", "unfinished quoted string"},
      {"LOGIN \"\xff\" x", "quoted string is not UTF-8"},
      {"LOGIN {1}\r\n\0 x"s, "NUL in a literal"},
      {"LOGIN \"a\rb\" x", "unfinished quoted string"},
      {"LOGIN \"a\0b\" x"s, "unfinished quoted string"},
      {"LOGIN ~{1}\r\nx y", "a space expected"},
      {"LOGIN {1} x y", "a user name expected"},
      {"LOGIN joe pass x", "unexpected text after the command"},
      {"ENABLE", "a space expected"},
      {"ENABLE (", "a capability expected"},
      {"COMPRESS", "a space expected"},
      {"COMPRESS \"\"", "an algorithm expected"},
      {"EXPUNGE 1", "unexpected text after the command"},
      {"UID EXPUNGE", "a space expected"},
      {"UID EXPUNGE x", "a message number or * expected"},
  });
  std::string many = "ID (";
  for (int i = 0; i < 101; ++i) many += "\"" + std::to_string(i) + "\" NIL ";
  check_bad({{many + ")", "too many fields", SyntaxError::Kind::too_big}});
}

TEST_CASE("tags") {
  for (const std::string tag : {"a", "1", "a.b-c", "[x", "x]", "~", "\x21#$&'"}) {
    CAPTURE(tag);
    CHECK(parse_command(tag + " NOOP"));
  }
  for (const std::string line : {"", " NOOP", "+ NOOP", "a+ NOOP", "a* NOOP", "\"a\" NOOP", "a",
                                 "a\tNOOP", "(a) NOOP", "a% NOOP", "\xc3\xa9 NOOP", "{1}"}) {
    CAPTURE(line);
    CHECK(!parse_command(line));
  }
}

TEST_CASE("commands on mailboxes") {
  check_good({
      {"SELECT INBOX", ""},
      {"select \"a b\"", "SELECT \"a b\""},
      {"EXAMINE {1}\r\nx", "EXAMINE x"},
      {"SELECT x (CONDSTORE)", ""},
      {"SELECT x (condstore )", "SELECT x (CONDSTORE)"},
      {"SELECT x (QRESYNC (67890007 20050715194045000))", ""},
      {"SELECT x (QRESYNC (67890007 0 41,43:211,214:541))", ""},
      {"SELECT x (CONDSTORE QRESYNC (1 90060115194045000 1:29997 (5000,7500,9000 "
       "15000,22500,27000)))",
       ""},
      {"SELECT x (QRESYNC (1 2 (1 2)))", ""},
      {"CREATE a/b", ""},
      {"CREATE x (USE (\\Sent \\Drafts))", ""},
      {"CREATE x (USE ())", "CREATE x"},
      {"DELETE x", ""},
      {"RENAME a \"b c\"", ""},
      {"SUBSCRIBE x", ""},
      {"UNSUBSCRIBE \"\"", ""},
      {"STATUS x (MESSAGES)", ""},
      {"STATUS x (uidnext MESSAGES)", "STATUS x (MESSAGES UIDNEXT)"},
      {"STATUS x (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE RECENT APPENDLIMIT "
       "HIGHESTMODSEQ DELETED-STORAGE)",
       ""},
      {"GETQUOTAROOT x", ""},
      {"GETQUOTA \"\"", ""},
  });
  check_bad({
      {"SELECT", "a space expected"},
      {"SELECT ", "a mailbox expected"},
      {"SELECT a b", "an opening parenthesis expected"},
      {"SELECT x ()", "unknown parameter"},
      {"SELECT x (FOO)", "unknown parameter"},
      {"SELECT x (CONDSTORE CONDSTORE)", "parameter given twice"},
      {"SELECT x (QRESYNC (1 2) QRESYNC (1 2))", "parameter given twice"},
      {"SELECT x (QRESYNC)", "a space expected"},
      {"SELECT x (QRESYNC 1)", "an opening parenthesis expected"},
      {"SELECT x (QRESYNC (0 1))", "a number above 0 expected"},
      {"SELECT x (QRESYNC (4294967296 1))", "number too large"},
      {"SELECT x (QRESYNC (1))", "a space expected"},
      {"SELECT x (QRESYNC (1 9223372036854775808))", "number too large"},
      {"SELECT x (QRESYNC (1 1 *))", "* is not allowed here"},
      {"SELECT x (QRESYNC (1 1 $))", "* is not allowed here"},
      {"SELECT x (QRESYNC (1 1 (1 2))", "a space or a closing parenthesis expected"},
      {"SELECT x (QRESYNC (1 1 (1)))", "a space expected"},
      {"SELECT x (QRESYNC (1 1 (1 2 3)))", "a closing parenthesis expected"},
      {"SELECT x (QRESYNC (1 1 1 2))", "an opening parenthesis expected"},
      {"CREATE x (FOO)", "unknown parameter"},
      {"CREATE x (USE)", "a space expected"},
      {"CREATE x (USE (Sent))", "an attribute with \\ expected"},
      {"CREATE x (USE (\\Sent) USE (\\Sent))", "parameter given twice"},
      {"DELETE", "a space expected"},
      {"DELETE *", "a mailbox expected"},
      {"RENAME a", "a space expected"},
      {"STATUS x", "a space expected"},
      {"STATUS x ()", "unknown status item"},
      {"STATUS x MESSAGES", "an opening parenthesis expected"},
      {"STATUS x (FOO)", "unknown status item"},
      {"STATUS x (MESSAGES,UNSEEN)", "a space or a closing parenthesis expected"},
      {"GETQUOTA", "a space expected"},
      {"GETQUOTA (", "a quota root expected"},
  });
  const auto select = parsed<Select>("EXAMINE x (QRESYNC (7 8 1:3 (4 5)))");
  CHECK(select.read_only);
  CHECK(!select.condstore);
  REQUIRE(select.qresync);
  CHECK(select.qresync->uidvalidity == 7);
  CHECK(select.qresync->modseq == 8);
  CHECK(select.qresync->known_uids->max_number() == 3);
  CHECK(select.qresync->match->second.max_number() == 5);
}

TEST_CASE("LIST and LSUB") {
  check_good({
      {"LIST \"\" *", "LIST \"\" \"*\""},
      {"LIST \"\" \"\"", ""},
      {"LIST a !#$&'+,-.]%*", "LIST a \"!#$&'+,-.]%*\""},
      {"LIST {1}\r\na {3}\r\n%{}", "LIST a \"%{}\""},
      {"LIST () \"\" \"%\"", ""},
      {"LIST (SUBSCRIBED REMOTE RECURSIVEMATCH SPECIAL-USE) a \"x\"", ""},
      {"LIST \"\" (\"a\" \"b\")", "LIST () \"\" (\"a\" \"b\")"},
      {"LIST () \"\" (INBOX %)", "LIST () \"\" (\"INBOX\" \"%\")"},
      {"LIST \"\" (a)", "LIST () \"\" \"a\""},
      {"LIST () \"\" \"a\" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES SIZE))", ""},
      {"LIST \"\" a return (status (messages))", "LIST () \"\" \"a\" RETURN (STATUS (MESSAGES))"},
      {"LIST () \"\" a RETURN ()", "LIST () \"\" \"a\""},
      {"LSUB \"\" *", "LSUB \"\" \"*\""},
  });
  check_bad({
      {"LIST", "a space expected"},
      {"LIST \"\"", "a space expected"},
      {"LIST \"\" ", "a pattern expected"},
      {"LIST * *", "a mailbox expected"},
      {"LIST (FOO) \"\" *", "unknown selection option"},
      {"LIST (RECURSIVEMATCH) \"\" *", "RECURSIVEMATCH needs SUBSCRIBED"},
      {"LIST (REMOTE RECURSIVEMATCH) \"\" *", "RECURSIVEMATCH needs SUBSCRIBED"},
      {"LIST ()\"\" *", "a space expected"},
      {"LIST \"\" ()", "a pattern expected"},
      {"LIST \"\" * FOO", "RETURN expected"},
      {"LIST \"\" * RETURN", "a space expected"},
      {"LIST \"\" * RETURN FOO", "an opening parenthesis expected"},
      {"LIST \"\" * RETURN (FOO)", "unknown return option"},
      {"LIST \"\" * RETURN (STATUS)", "a space expected"},
      {"LIST \"\" * RETURN () x", "unexpected text after the command"},
      {"LSUB \"\" (a)", "a pattern expected"},
  });
  std::string many = "LIST \"\" (a";
  for (int i = 0; i < 1000; ++i) many += " a";
  check_bad({{many + ")", "too many patterns", SyntaxError::Kind::too_big}});
  const auto list = parsed<List>("LIST (SUBSCRIBED) \"\" (a b) RETURN (CHILDREN STATUS (UNSEEN))");
  CHECK(list.extended);
  CHECK(list.select_subscribed);
  CHECK(!list.select_recursive);
  CHECK(list.patterns == std::vector<std::string>{"a", "b"});
  CHECK(list.return_children);
  CHECK(list.return_status == status_unseen);
  CHECK(!parsed<List>("LIST \"\" *").extended);
}

TEST_CASE("FETCH") {
  check_good({
      {"FETCH 1 (FLAGS)", ""},
      {"FETCH 1 FLAGS", "FETCH 1 (FLAGS)"},
      {"UID FETCH 1:* (UID FLAGS)", ""},
      {"uid fetch $ uid", "UID FETCH $ (UID)"},
      {"FETCH 1 ALL", "FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"},
      {"FETCH 1 fast", "FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)"},
      {"FETCH 1 FULL", "FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)"},
      {"FETCH 1 (ENVELOPE BODY BODYSTRUCTURE RFC822 RFC822.HEADER RFC822.TEXT RFC822.SIZE MODSEQ "
       "SAVEDATE)",
       ""},
      {"FETCH 1 (FLAGS  UID )", "FETCH 1 (FLAGS UID)"},
      {"FETCH 1 BODY[]", "FETCH 1 (BODY[])"},
      {"FETCH 1 (BODY.PEEK[]<0.100>)", ""},
      {"FETCH 1 (BODY[HEADER] BODY[TEXT] BODY[1] BODY[1.2.3.MIME] BODY[1.HEADER] BODY[2.TEXT])",
       ""},
      {"FETCH 1 body.peek[header.fields (from \"to\" {2}\r\ncc)]",
       "FETCH 1 (BODY.PEEK[HEADER.FIELDS (from to cc)])"},
      {"FETCH 1 (BODY[HEADER.FIELDS.NOT (X)]<5.1>)", ""},
      {"FETCH 1 (BODY[4.1.HEADER.FIELDS (\"a b\")])", ""},
      {"FETCH 1 (BINARY[1] BINARY.PEEK[1.2]<0.5> BINARY.SIZE[1] BINARY[] BINARY.SIZE[])", ""},
      {"FETCH 1 (PREVIEW)", ""},
      {"FETCH 1 PREVIEW (LAZY)", "FETCH 1 (PREVIEW (LAZY))"},
      {"FETCH 1 PREVIEW (CHANGEDSINCE 5)", "FETCH 1 (PREVIEW) (CHANGEDSINCE 5)"},
      {"FETCH 1 (FLAGS) (CHANGEDSINCE 0)", ""},
      {"UID FETCH 1 (FLAGS) (CHANGEDSINCE 9223372036854775807 VANISHED)", ""},
      {"UID FETCH 1 FLAGS (vanished changedsince 1)",
       "UID FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)"},
  });
  check_bad({
      {"FETCH", "a space expected"},
      {"FETCH x FLAGS", "a message number or * expected"},
      {"FETCH 1", "a space expected"},
      {"FETCH 1 ()", "unknown fetch item"},
      {"FETCH 1 FOO", "unknown fetch item"},
      {"FETCH 1 (ALL)", "unknown fetch item"},
      {"FETCH 1 FLAGS UID", "an opening parenthesis expected"},
      {"FETCH 1 BODY.PEEK", "a section expected"},
      {"FETCH 1 BODY[", "unknown section"},
      {"FETCH 1 BODY[FOO]", "unknown section"},
      {"FETCH 1 BODY[MIME]", "unknown section"},
      {"FETCH 1 BODY[0]", "a number above 0 expected"},
      {"FETCH 1 BODY[1.]", "unknown section"},
      {"FETCH 1 BODY[1.0]", "a number above 0 expected"},
      {"FETCH 1 BODY[1 2]", "a closing bracket expected"},
      {"FETCH 1 BODY[1.FOO]", "unknown section"},
      {"FETCH 1 BODY[HEADER.FIELDS]", "a space expected"},
      {"FETCH 1 BODY[HEADER.FIELDS ()]", "a header field name expected"},
      {"FETCH 1 BODY[HEADER.FIELDS (a]", "a space or a closing parenthesis expected"},
      {"FETCH 1 BODY[]<0>", "a dot expected"},
      {"FETCH 1 BODY[]<0.0>", "a number above 0 expected"},
      {"FETCH 1 BODY[]<a.1>", "a number expected"},
      {"FETCH 1 BODY[]<0.1", "> expected"},
      {"FETCH 1 BODY[]<9223372036854775808.1>", "number too large"},
      {"FETCH 1 BINARY[TEXT]", "a closing bracket expected"},
      {"FETCH 1 BINARY[1.MIME]", "a part number expected"},
      {"FETCH 1 BINARY[1.]", "a part number expected"},
      {"FETCH 1 BINARY.SIZE[1]<0.5>", "unexpected text after the command"},
      {"FETCH 1 FLAGS (FOO 1)", "unknown modifier, or given twice"},
      {"FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 1)", "unknown modifier, or given twice"},
      {"FETCH 1 FLAGS (CHANGEDSINCE)", "a space expected"},
      {"FETCH 1 FLAGS (CHANGEDSINCE x)", "a number expected"},
      {"FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)", "VANISHED needs UID FETCH with CHANGEDSINCE"},
      {"UID FETCH 1 FLAGS (VANISHED)", "VANISHED needs UID FETCH with CHANGEDSINCE"},
  });
  std::string items = "FETCH 1 (UID";
  for (int i = 0; i < 1000; ++i) items += " UID";
  std::string fields = "FETCH 1 BODY[HEADER.FIELDS (a";
  for (int i = 0; i < 1000; ++i) fields += " a";
  std::string part = "FETCH 1 BODY[1";
  for (int i = 0; i < 100; ++i) part += ".1";
  check_bad({{items + ")", "too many fetch items", SyntaxError::Kind::too_big},
             {fields + ")]", "too many header fields", SyntaxError::Kind::too_big},
             {part + "]", "part too deep", SyntaxError::Kind::too_big}});
  const auto fetch = parsed<Fetch>("UID FETCH 5 BODY.PEEK[2.1.HEADER.FIELDS (A)]<7.9>");
  CHECK(fetch.by_uid);
  REQUIRE(fetch.items.size() == 1);
  CHECK(fetch.items[0].peek);
  CHECK(fetch.items[0].section.part == std::vector<std::uint32_t>{2, 1});
  CHECK(fetch.items[0].section.text == Section::Text::header_fields);
  CHECK(fetch.items[0].partial == Partial{7, 9});
}

TEST_CASE("STORE, COPY and MOVE") {
  check_good({
      {"STORE 1 FLAGS (\\Seen $Junk)", ""},
      {"STORE 1 +FLAGS \\Deleted", "STORE 1 +FLAGS (\\Deleted)"},
      {"STORE 1 -flags.silent \\Deleted foo ", "STORE 1 -FLAGS.SILENT (\\Deleted foo)"},
      {"STORE 1 FLAGS ()", ""},
      {"STORE 1 +FLAGS NIL", "STORE 1 +FLAGS (NIL)"},
      {"STORE 1 +FLAGS a]b", "STORE 1 +FLAGS (a]b)"},
      {"UID STORE 1:* (UNCHANGEDSINCE 0) FLAGS.SILENT (x)", ""},
      {"COPY 1,3 x", ""},
      {"UID COPY $ \"a b\"", ""},
      {"MOVE 2:4 x", ""},
      {"UID MOVE * {1}\r\nx", "UID MOVE * x"},
  });
  check_bad({
      {"STORE 1", "a space expected"},
      {"STORE 1 FOO x", "FLAGS expected"},
      {"STORE 1 ++FLAGS x", "FLAGS expected"},
      {"STORE 1 FLAGS", "a space expected"},
      {"STORE 1 FLAGS ", "a flag expected"},
      {"STORE 1 FLAGS (", "a flag expected"},
      {"STORE 1 FLAGS \\", "a flag expected"},
      {"STORE 1 FLAGS (\\*)", "a flag expected"},
      {"STORE 1 FLAGS (a) b", "unexpected text after the command"},
      {"STORE 1 FLAGS \"a\"", "a flag expected"},
      {"STORE 1 (FOO 1) FLAGS x", "unknown modifier"},
      {"STORE 1 () FLAGS x", "unknown modifier"},
      {"STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 1) FLAGS x", "modifier given twice"},
      {"STORE 1 (UNCHANGEDSINCE) FLAGS x", "a space expected"},
      {"COPY 1", "a space expected"},
      {"COPY 1 ", "a mailbox expected"},
      {"COPY x y", "a message number or * expected"},
      {"MOVE 1:x y", "a message number or * expected"},
  });
  std::string many = " a";
  for (int i = 0; i < 1000; ++i) many += " a";
  check_bad({{"STORE 1 FLAGS" + many, "too many flags", SyntaxError::Kind::too_big},
             {"STORE 1 FLAGS (a" + many + ")", "too many flags", SyntaxError::Kind::too_big}});
  const auto store = parsed<Store>("STORE 1 (UNCHANGEDSINCE 12) -FLAGS.SILENT (a)");
  CHECK(store.unchanged_since == 12);
  CHECK(store.mode == Store::Mode::remove);
  CHECK(store.silent);
}
