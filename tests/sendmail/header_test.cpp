#include "message/field.h"
#include "sendmail/header.h"
#include "sendmail/recipients.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmail;

namespace {

HeaderRules rules() {
  return {.recipients = {dns::parse_name("host.example").value()},
          .authors = {dns::parse_name("host.example").value()},
          .author = address::parse_path("jane@host.example").value(),
          .full_name = "Jane Doe",
          .date = "Thu, 1 Jan 2026 00:00:00 +0000",
          .message_id = "<1@host.example>"};
}

HeaderRules taking() {
  auto taking = rules();
  taking.recipients_from_header = true;
  return taking;
}

std::string recipients_of(std::string_view fields) {
  std::string text;
  for (const auto& path : prepare_header(fields, taking()).value().recipients)
    text += to_string(path) + ' ';
  return text;
}

const std::string added = "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
                          "From: Jane Doe <jane@host.example>\r\n"
                          "Message-ID: <1@host.example>\r\n";
const std::string undisclosed = "To: undisclosed-recipients:;\r\n";
const std::string whole = "Date: d\r\nFrom: f@x.example\r\nMessage-ID: <m>\r\n";

} // namespace

TEST_CASE("what is missing is added, what must not be shown is removed") {
  struct Row {
    const char* name;
    std::string fields;
    std::string want; // without the empty line
  };

  const std::string long_field = "X: " + std::string(2000, 'x') + "\r\n";
  const std::vector<Row> rows{
      {"nothing", "", added + undisclosed},
      {"all", whole + "To: a@x.example\r\n", whole + "To: a@x.example\r\n"},
      {"case ignored", "DATE: d\r\nfrom: f\r\nmessage-Id: <m>\r\nCC: a\r\n",
       "DATE: d\r\nfrom: f\r\nmessage-Id: <m>\r\nCC: a\r\n"},
      {"only Bcc", whole + "Bcc: a@x.example,\r\n b@x.example\r\nSubject: s\r\n",
       whole + "Subject: s\r\n" + undisclosed},
      {"empty To", whole + "To:\r\nCc: \r\n \r\nbcc: a@x.example\r\n", whole + undisclosed},
      {"Bcc between others", "To: a\r\nBCC: b\r\n" + whole, "To: a\r\n" + whole},
      {"Resent-Bcc", whole + "To: a\r\nResent-Bcc: b\r\nResent-To: c\r\n",
       whole + "To: a\r\nResent-To: c\r\n"},
      {"Return-Path and Content-Length",
       "Return-Path: <a>\r\nContent-Length: 7\r\nTo: a\r\n" + whole, "To: a\r\n" + whole},
      {"only the date is missing", "To: a\r\nFrom: f\r\nMessage-ID: <m>\r\n",
       "To: a\r\nFrom: f\r\nMessage-ID: <m>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"},
      {"long lines, odd space, raw bytes", whole + long_field + "To : \xe4 ;;\r\n\t x\r\n",
       whole + long_field + "To : \xe4 ;;\r\n\t x\r\n"},
      {"names without a domain stay", whole + "To: root\r\n", whole + "To: root\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto header = prepare_header(row.fields, rules());
    REQUIRE(header);
    CHECK(header->text == row.want + "\r\n");
    CHECK(header->recipients.empty());
  }
}

TEST_CASE("recipients come from To, Cc and Bcc") {
  CHECK(recipients_of("To: root\r\n") == "root@host.example ");
  CHECK(
      recipients_of("to: a@x, b@x\r\nCC: Jane <c@x>\r\nSubject: s@x\r\nBcc: d@x\r\nbcc: e@x\r\n") ==
      "a@x b@x c@x d@x e@x ");
  CHECK(recipients_of("To: all: a@x,\r\n b@x;, c@x\r\n") == "a@x b@x c@x ");
  CHECK(recipients_of("To: a@x (one, two), \"b, c\" <d@x>\r\n") == "a@x d@x ");
  CHECK(recipients_of("To: undisclosed-recipients:;\r\nBcc: a@x\r\n") == "a@x ");
  CHECK(recipients_of("To:\r\nBcc: a@x\r\n") == "a@x ");
  CHECK(recipients_of("To: <>, a@x\r\n") == "a@x ");
  CHECK(recipients_of("From: a@x\r\nReply-To: b@x\r\nX-To: c@x\r\n") == "");
  CHECK(recipients_of("") == "");
}

TEST_CASE("an address that cannot be used stops the message") {
  const auto error = [](std::string_view fields) {
    return prepare_header(fields, taking()).error().text;
  };
  CHECK(
      error("To: A <root> B <c@d.example>\r\n") ==
      "in To: \"A <root> B <c@d.example>\" is no address to send to: it is not one mailbox; put a "
      "comma between two");
  CHECK(prepare_header("To: \"a < b\" <root>\r\n", taking()).has_value());
  CHECK(error("To: a@x\r\nCc: a@x b@x\r\n") == "in Cc: \"a@x b@x\" is no address to send to: it is "
                                               "not one mailbox; put a comma between two");
  CHECK(error("Resent-To: a b\r\n").starts_with("in Resent-To: \"a b\""));
  CHECK(error("Bcc: a@-\r\n").starts_with("in Bcc: \"a@-\" is no address to send to: "));
  // Nobody asked for these.
  CHECK(prepare_header("Cc: a@x b@x\r\n", rules()));
}

TEST_CASE("a header names a limited number of recipients") {
  std::string list = "To: a0@x";
  for (std::size_t i = 1; i < max_recipients; ++i) list += ",\r\n a" + std::to_string(i) + "@x";
  CHECK(prepare_header(list + "\r\n", taking()).value().recipients.size() == max_recipients);
  CHECK(prepare_header(list + "\r\nCc: b@x\r\n", taking()).error().text ==
        "in Cc: a message can have 10000 recipients, and this one has more");
}

TEST_CASE("of a message that is sent again, the latest set of Resent fields counts") {
  const std::string original = "To: a@x\r\nBcc: b@x\r\n";
  CHECK(recipients_of("Resent-To: c@x\r\nResent-Cc: d@x\r\nresent-bcc: e@x\r\n" + original) ==
        "c@x d@x e@x ");
  CHECK(recipients_of("Resent-From: me@x\r\nResent-To: c@x\r\nResent-From: he@x\r\n"
                      "Resent-To: old@x\r\n" +
                      original) == "c@x ");
  CHECK(recipients_of("Resent-To: c@x\r\nReceived: x\r\nResent-Cc: old@x\r\n" + original) ==
        "c@x ");
  CHECK(recipients_of("Received: x\r\n" + original + "Resent-Bcc: c@x\r\n") == "c@x ");
  // A set that names nobody was of an earlier sending.
  CHECK(recipients_of("Resent-From: me@x\r\n" + original) == "a@x b@x ");
}

TEST_CASE("what the latest set of Resent fields lacks is put before it") {
  const std::string resent = "Resent-To: c@x\r\nTo: a@x\r\n";
  CHECK(prepare_header("X: y\r\n" + resent + whole, taking()).value().text ==
        "X: y\r\nResent-Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
        "Resent-From: Jane Doe <jane@host.example>\r\nResent-Message-ID: <1@host.example>\r\n" +
            resent + whole + "\r\n");
  const std::string full =
      "Resent-Date: d\r\nResent-From: f\r\nResent-Message-ID: <r>\r\n" + resent + whole;
  CHECK(prepare_header(full, taking()).value().text == full + "\r\n");
  CHECK(prepare_header(resent + whole, rules()).value().text == resent + whole + "\r\n");
}

TEST_CASE("names in the header stand for addresses, and keep the names of people") {
  auto rules = ::rules();
  rules.complete_addresses = true;
  rules.recipients.instead = address::parse_path("admin@x.example").value();
  rules.authors.instead = address::parse_path("web@x.example").value();
  CHECK(prepare_header("Date: d\r\nFrom: root (Cron Daemon)\r\nReply-To: root\r\nTo: root, "
                       "b@y.example\r\nMessage-ID: <m>\r\n",
                       rules)
            .value()
            .text == "Date: d\r\nFrom: Cron Daemon <web@x.example>\r\nReply-To: "
                     "web@x.example\r\nTo: admin@x.example, b@y.example\r\nMessage-ID: "
                     "<m>\r\n\r\n");
}

TEST_CASE("a message can say that no server needs TLS for it") {
  auto rules = ::rules();
  rules.tls_not_required = true;
  const std::string to = "To: a@x.example\r\n";
  CHECK(prepare_header(whole + to, rules).value().text == whole + to + "TLS-Required: No\r\n\r\n");
  const std::string has = "tls-required: no\r\n";
  CHECK(prepare_header(whole + to + has, rules).value().text == whole + to + has + "\r\n");
}

TEST_CASE("names in the header get a domain when that is asked for") {
  auto completing = rules();
  completing.complete_addresses = true;
  const std::string others = "Subject: root\r\nDate: d\r\nMessage-ID: <m>\r\nX-To: root\r\n";
  CHECK(prepare_header("FROM: root (Cron Daemon)\r\nTo: a,\r\n b\r\nResent-Cc: c\r\nReply-To: d\r\n"
                       "Sender: e@x\r\n" +
                           others,
                       completing)
            .value()
            .text ==
        "FROM: Cron Daemon <root@host.example>\r\nTo: a@host.example, b@host.example\r\n"
        "Resent-Cc: c@host.example\r\nReply-To: d@host.example\r\nSender: e@x\r\n" +
            others + "\r\n");
}
