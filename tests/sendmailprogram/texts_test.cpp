// What the program prints and logs.
#include "sendmail/flags.h"
#include "sendmailprogram/journal.h"
#include "sendmailprogram/listing.h"
#include "sendmailprogram/manual.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmailprogram;
using sendmail::RecipientState;

namespace {

sendmail::SpoolEntry entry() {
  sendmail::SpoolEntry entry{.id = "id1", .owner = 33};
  entry.head = {.message_size = 1234, .created = 1767225600};
  entry.envelope.envelope.sender = address::parse_path("a@x.example").value();
  for (const auto* const to : {"b@x.example", "c@x.example", "d@x.example"})
    entry.envelope.envelope.recipients.push_back(address::parse_path(to).value());
  entry.envelope.states = {RecipientState::waiting, RecipientState::accepted,
                           RecipientState::refused};
  return entry;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a message in the queue") {
  auto shown = entry();
  const std::string head =
      "id1       1234 bytes  2026-01-01T00:00:00Z  from <a@x.example>  user 33\n";
  const std::string to = "  waiting  <b@x.example>\n  sent     <c@x.example>\n"
                         "  refused  <d@x.example>\n";
  CHECK(listed(shown) == head + "  waiting: not tried yet\n" + to);
  shown.status.reason = "nobody listens";
  CHECK(listed(shown) == head + "  waiting: nobody listens\n" + to);
  shown.status.tries = 1;
  shown.status.last_try = 1767225660;
  CHECK(listed(shown) ==
        head + "  waiting after 1 try, the last 2026-01-01T00:01:00Z: nobody listens\n" + to);
  shown.status.tries = 2;
  shown.status.state = sendmail::SpoolState::failed;
  shown.status.reason = "550\x1b[2J who";
  CHECK(listed(shown) ==
        head + "  FAILED after 2 tries, the last 2026-01-01T00:01:00Z: 550 [2J who\n" + to);
  shown.head.created = -1;
  CHECK(has(listed(shown), "  at an unknown time  "));
  shown.head.created = INT64_MAX;
  CHECK(has(listed(shown), "  at an unknown time  "));
}

TEST_CASE("the end of the queue") {
  CHECK(listing_end(0) == "Mail queue is empty\n");
  CHECK(listing_end(1) == "-- 1 message\n");
  CHECK(listing_end(2) == "-- 2 messages\n");
}

TEST_CASE("a try in the log is one clean line") {
  CHECK(try_line({.sender = "a@x",
                  .recipient = "b@x",
                  .recipients = 1,
                  .accepted = 1,
                  .size = 12,
                  .status = "sent"}) ==
        "status=sent from=<a@x> to=<b@x> accepted=1 refused=0 size=12");
  CHECK(try_line({.id = "i1",
                  .sender = "",
                  .recipient = "b@x",
                  .recipients = 3,
                  .accepted = 1,
                  .refused = 1,
                  .size = 12,
                  .status = "kept",
                  .reason = "no\nmox-sendmail[1]: status=sent"}) ==
        "status=kept id=i1 from=<> to=<b@x>,+2 accepted=1 refused=1 size=12 "
        "reason=\"no mox-sendmail[1]: status=sent\"");
}

TEST_CASE("help and manual have all flags") {
  const auto help = help_text();
  const auto page = sendmail_page("0.1.0", "2026-11-21");
  CHECK(has(page, ".TH SENDMAIL 8 2026-11-21 \"mox 0.1.0\" \"mox\"\n.SH NAME\nsendmail, mailq"));
  for (const auto& flag : sendmail::flags()) {
    CAPTURE(flag.name);
    const bool has_effect = flag.meaning != sendmail::Meaning::ignored &&
                            flag.meaning != sendmail::Meaning::refused &&
                            flag.meaning != sendmail::Meaning::joined;
    const auto begin = "\n  " + std::string(flag.name);
    CHECK((has(help, begin + " ") || has(help, begin + "[")) == has_effect);
  }
  CHECK(has(page, sendmail::options_section()));
  CHECK(has(page, sendmail::exit_section()));
  std::size_t begin = 0;
  for (auto end = help.find('\n'); end != std::string::npos; end = help.find('\n', begin)) {
    CHECK(end - begin <= 80);
    begin = end + 1;
  }
  CHECK(has(mailq_page("1", "2026-11-21"), ".TH MAILQ 1 2026-11-21 \"mox 1\" \"mox\"\n.SH NAME\n"));
  CHECK(has(newaliases_page("1", "2026-11-21"), ".TH NEWALIASES 1 2026-11-21 "));
}
