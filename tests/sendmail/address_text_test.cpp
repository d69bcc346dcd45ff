#include "message/encoded_word.h"
#include "message/field.h"
#include "sendmail/address_text.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmail;

namespace {

dns::Name domain() {
  return dns::parse_name("host.example").value();
}

std::string completed(std::string_view body) {
  return completed_addresses(body, {domain()}).value_or("unchanged");
}

} // namespace

TEST_CASE("names in header fields get a domain, and all else stays") {
  struct Row {
    std::string_view body;
    std::string_view want;
  };

  const std::vector<Row> rows{
      {" root", " root@host.example"},
      {" root\r\n", " root@host.example"},
      {" root (Cron Daemon)", " Cron Daemon <root@host.example>"},
      {" \"Cron, Daemon\" <root>", " \"Cron, Daemon\" <root@host.example>"},
      {" J. R. Doe <jr>", " \"J. R. Doe\" <jr@host.example>"},
      {" =?utf-8?q?J=C3=A4ne_D.?= <jane>", " =?utf-8?q?J=C3=A4ne_D.?= <jane@host.example>"},
      {" J\xc3\xa4ne <jane>", " J\xc3\xa4ne <jane@host.example>"},
      {" a, b@x.example, c", " a@host.example, b@x.example, c@host.example"},
      {" team: a, b;, c", " team: a@host.example, b@host.example;, c@host.example"},
      {" \"a \\\"b\\\"\" <c>", " \"a \\\"b\\\"\" <c@host.example>"},
      {" <@r.example:a@x.example>, b", " a@x.example, b@host.example"},
      {" a, <>, Jane <>", " a@host.example, <>, Jane <>"},
      // Nothing to complete.
      {" a@x.example", "unchanged"},
      {" undisclosed-recipients:;", "unchanged"},
      {" ", "unchanged"},
      // What could not be said again.
      {" root, Jane Doe", "unchanged"},
      {" root, a@x.example b@x.example", "unchanged"},
      {" root, a@-x", "unchanged"},
      {" root, \"never closed", "unchanged"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    CHECK(completed(row.body) == row.want);
  }
}

TEST_CASE("a long list is folded") {
  std::string body;
  for (int i = 0; i < 50; ++i) body += (i == 0 ? " user" : ", user") + std::to_string(i);
  const auto text = completed(body);
  std::size_t begin = 0;
  for (auto end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", begin)) {
    CHECK(end - begin < 60);
    CHECK(text[end + 2] == ' ');
    begin = end + 2;
  }
  CHECK(begin > 500);
  CHECK(message::unfold(text).find("user48@host.example, user49@host.example") !=
        std::string::npos);
}

TEST_CASE("a mailbox is written with its name") {
  const auto path = address::parse_path("jane@x.example").value();
  CHECK(mailbox_text("", path) == "jane@x.example");
  CHECK(mailbox_text(" \t", path) == "jane@x.example");
  CHECK(mailbox_text("Jane Doe", path) == "Jane Doe <jane@x.example>");
  CHECK(mailbox_text("Jane  Doe", path) == "\"Jane  Doe\" <jane@x.example>");
  CHECK(mailbox_text("J. Doe", path) == "\"J. Doe\" <jane@x.example>");
  CHECK(mailbox_text("a\"b\\", path) == "\"a\\\"b\\\\\" <jane@x.example>");
  CHECK(mailbox_text("x\r\nBcc: y\x7f", path) == "\"x  Bcc: y\" <jane@x.example>");
  CHECK(mailbox_text("J\xc3\xa4ne", path) == "=?utf-8?B?SsOkbmU=?= <jane@x.example>");
  CHECK(mailbox_text("J\xe4ne", path) == "=?utf-8?B?Su+/vW5l?= <jane@x.example>");
  CHECK(mailbox_text("a", address::parse_path("\"x y\"@[192.0.2.1]").value()) ==
        "a <\"x y\"@[192.0.2.1]>");

  std::string name;
  for (int i = 0; i < 60; ++i) name += "\xc3\xa4 ";
  const auto text = mailbox_text(name, path);
  CHECK(text.find("?=\r\n =?utf-8?B?") != std::string::npos);
  CHECK(text.ends_with("?=\r\n <jane@x.example>"));
  name.pop_back();
  CHECK(message::decode_words(message::unfold(text)) == name + " <jane@x.example>");
  CHECK(mailbox_text(std::string(1000, 'x'), path) == std::string(500, 'x') + " <jane@x.example>");
}

TEST_CASE("the list of users has full names") {
  CHECK(full_name_of("Jane Doe,Room 1,555", "jane") == "Jane Doe");
  CHECK(full_name_of("& Doe", "jane") == "Jane Doe");
  CHECK(full_name_of("&", "") == "");
  CHECK(full_name_of("", "jane") == "");
  CHECK(full_name_of(",,,", "jane") == "");
  CHECK(full_name_of("a\nb", "jane") == "a b");
}
