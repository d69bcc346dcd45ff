#include "sendmail/envelope.h"
#include "sendmail/recipients.h"
#include "sendmail/shown.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmail;

namespace {

dns::Name domain() {
  return dns::parse_name("host.example").value();
}

BareNames names() {
  return {domain()};
}

std::vector<std::string> texts(const std::vector<address::Path>& paths) {
  std::vector<std::string> result;
  for (const auto& path : paths) result.push_back(to_string(path));
  return result;
}

using Texts = std::vector<std::string>;

struct Row {
  std::string text;
  Texts want;
};

} // namespace

TEST_CASE("words of the command line name recipients") {
  const std::vector<Row> rows{
      {"root", {"root@host.example"}},
      {"a@x.example", {"a@x.example"}},
      {"a@x.example,b@x.example", {"a@x.example", "b@x.example"}},
      {"a@x.example, root,", {"a@x.example", "root@host.example"}},
      {"a@x.example b@x.example\troot", {"a@x.example", "b@x.example", "root@host.example"}},
      {"Jane Doe <jane@x.example>", {"jane@x.example"}},
      {"\"Doe, Jane\" <jane@x.example>, bob", {"jane@x.example", "bob@host.example"}},
      {"<root>", {"root@host.example"}},
      {"jane (Jane, or so) , bob", {"jane@host.example", "bob@host.example"}},
      {"friends: a@x.example, b@x.example;", {"a@x.example", "b@x.example"}},
      {"\"a b\"@x.example", {"\"a b\"@x.example"}},
      {"a@[192.0.2.1]", {"a@[192.0.2.1]"}},
      {"a@[IPv6:2001:db8::1], b", {"a@[IPv6:2001:db8::1]", "b@host.example"}},
      {"a@my_host.example", {"a@my_host.example"}},
      {"m\xc3\xbcller@x.example", {"m\xc3\xbcller@x.example"}},
      {"a@stra\xc3\x9f"
       "e.example",
       {"a@xn--strae-oqa.example"}},
      {"a..b@x.example", {"\"a..b\"@x.example"}},
      {"a+b=c@x.example", {"a+b=c@x.example"}},
      {"-x", {"-x@host.example"}},
      {"|prog", {"|prog@host.example"}},
      {"<@r.example:a@x.example>", {"a@x.example"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto paths = parse_recipients(std::vector{row.text}, names());
    REQUIRE(paths);
    CHECK(texts(*paths) == row.want);
  }
  CHECK(texts(parse_recipients(Texts{"a", "b@x.example"}, names()).value()) ==
        Texts{"a@host.example", "b@x.example"});
  CHECK(parse_recipients({}, names()).value().empty());
}

TEST_CASE("what is no recipient is named") {
  struct BadRow {
    std::string text;
    std::string want;
  };

  const std::string two =
      " is no address to send to: it is not one mailbox; put a comma between two";
  const std::vector<BadRow> rows{
      {"", "\"\" is no address to send to: nobody is named"},
      {" , ,", "\" , ,\" is no address to send to: nobody is named"},
      {"<>", "\"<>\" is no address to send to: nobody is named"},
      {"(only a comment)", "\"(only a comment)\" is no address to send to: nobody is named"},
      {"friends:;", "\"friends:;\" is no address to send to: nobody is named"},
      {"a@", ""},
      {"a@-x", "\"a@-x\" is no address to send to: "},
      {"@x.example", "\"@x.example\"" + two},
      {"a@x@y", "\"a@x@y\"" + two},
      {"Jane Doe (a)", "\"Jane Doe (a)\"" + two},
      {"a@x.example (c) b@x.example", "\"a@x.example (c) b@x.example\"" + two},
      {"<a@x.example> <b@x.example>", "\"<a@x.example> <b@x.example>\"" + two},
      {"\"never closed: a@x.example", "\"\"never closed: a@x.example\"" + two},
      {"a@[192.0.2", "\"a@[192.0.2\"" + two},
      {"a\nb", "\"a b\" is no address to send to: it has a control character"},
      {std::string("a\0b", 3), "\"a b\" is no address to send to: it has a control character"},
      {"\xff", "\"\xef\xbf\xbd\" is no address to send to: "},
      {std::string(200, 'a'), "\"" + std::string(100, 'a') + "\" is no address to send to: "},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto paths = parse_recipients(std::vector{row.text}, names());
    if (row.want.empty()) {
      CHECK(texts(paths.value()) == Texts{"a@host.example"}); // as if there were no at sign
      continue;
    }
    REQUIRE_FALSE(paths);
    CHECK(paths.error().kind == ErrorKind::invalid);
    CHECK(paths.error().text.starts_with(row.want));
  }
}

TEST_CASE("a message has a limited number of recipients") {
  std::string list;
  for (std::size_t i = 0; i < max_recipients; ++i) list += "a" + std::to_string(i) + ",";
  CHECK(parse_recipients(std::vector{list}, names()).value().size() == max_recipients);
  CHECK(parse_recipients(std::vector{list + "b"}, names()).error().text ==
        "a message can have 10000 recipients, and this one has more");
}

TEST_CASE("-f names one sender, or nobody") {
  CHECK(parse_sender("", names()).value().null());
  CHECK(parse_sender(" <> ", names()).value().null());
  CHECK(to_string(parse_sender("www-data", names()).value()) == "www-data@host.example");
  CHECK(to_string(parse_sender("<a@x.example>", names()).value()) == "a@x.example");
  CHECK(to_string(parse_sender("Jane <a@x.example>", names()).value()) == "a@x.example");
  CHECK(parse_sender("a, b", names()).error().text == "\"a, b\" is not one sender");
  CHECK(parse_sender("(nobody)", names()).error().text == "\"(nobody)\" is not one sender");
  CHECK(parse_sender("a@-x", names()).error().kind == ErrorKind::invalid);
  // VERP.
  CHECK(parse_sender("list-" + std::string(100, 'v') + "@x.example", names()));
}

TEST_CASE("names without a domain can stand for an address, or be refused") {
  const BareNames admin{domain(), address::parse_path("admin@x.example").value()};
  CHECK(texts(parse_recipients(Texts{"root, b@y.example, Jane <jane>"}, admin).value()) ==
        Texts{"admin@x.example", "b@y.example", "admin@x.example"});
  CHECK(to_string(parse_sender("root", admin).value()) == "admin@x.example");
  CHECK(parse_recipients(Texts{"root"}, {}).error().text ==
        "\"root\" is no address to send to: it has no domain, and sendmail.toml has no "
        "default-destination");
  CHECK(texts(parse_recipients(Texts{"a@x.example"}, {}).value()) == Texts{"a@x.example"});
}

TEST_CASE("the envelope is that of arguments and header together") {
  const auto user = address::parse_path("jane@host.example").value();
  const Arguments arguments{
      .sender = "www", .reports = {.envelope_id = "7"}, .recipients = {"a, b"}};
  const auto begun = begin_envelope(arguments, user, names(), names()).value();
  CHECK(to_string(begun.sender) == "www@host.example");
  CHECK(to_string(begin_envelope({}, user, names(), names()).value().sender) ==
        "jane@host.example");
  CHECK(begin_envelope({.sender = ""}, user, names(), names()).value().sender.null());

  MessageFacts facts{.recipients = parse_recipients(Texts{"b, c, a"}, names()).value()};
  const auto envelope = finish_envelope(begun, facts).value();
  CHECK(texts(envelope.recipients) == Texts{"a@host.example", "b@host.example", "c@host.example"});
  CHECK(envelope.reports.envelope_id == "7");
  CHECK_FALSE(envelope.eight_bit);
  CHECK_FALSE(envelope.smtputf8);

  CHECK(finish_envelope({}, {}).error().text == "the message names no recipient in To, Cc or Bcc");
  CHECK(begin_envelope({.sender = "a,b"}, user, names(), names()).error().text ==
        "-f: \"a,b\" is not one sender");
  CHECK(begin_envelope({.recipients = {"@"}}, user, names(), names()).error().kind ==
        ErrorKind::invalid);
  facts.recipients.clear();
  for (std::size_t i = 0; i < max_recipients; ++i)
    facts.recipients.push_back({.localpart = {"r" + std::to_string(i)}, .domain = domain()});
  CHECK(finish_envelope(begun, facts).error().text ==
        "10002 recipients are too many: a message can have 10000");
}

TEST_CASE("the envelope says what the server must be able to do") {
  const auto ascii = address::parse_path("a@x.example").value();
  const auto other = address::parse_path("\xc3\xa4@x.example").value();
  const auto idn = address::parse_path("a@\xc3\xa4.example").value();
  const auto smtputf8 = [](const address::Path& sender, const address::Path& recipient,
                           MessageFacts facts) {
    return finish_envelope({.sender = sender, .recipients = {recipient}}, facts).value().smtputf8;
  };
  CHECK_FALSE(smtputf8(ascii, ascii, {.eight_bit = true}));
  CHECK_FALSE(smtputf8(ascii, idn, {}));
  CHECK(smtputf8(ascii, other, {}));
  CHECK(smtputf8(other, ascii, {}));
  CHECK(smtputf8(ascii, ascii, {.utf8_header = true}));
  CHECK(finish_envelope({.recipients = {ascii}}, {.eight_bit = true}).value().eight_bit);
}

TEST_CASE("what others wrote is shown on one clean line") {
  CHECK(shown("a\r\nb\x1b[2J\x7f") == "a  b [2J ");
  CHECK(shown("\xc2\x9b"
              "1m \xc2\xa0") == "  1m \xc2\xa0");
  CHECK(shown("\xff") == "\xef\xbf\xbd");
  CHECK(shown("abcdef", 3) == "abc");
  CHECK(shown("a\xc3\xa4", 2) == "a");
  CHECK(shown("\xff\xff", 5) == "\xef\xbf\xbd");
}
