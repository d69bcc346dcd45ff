#include "message/bodystructure.h"
#include "message/structure_encoding.h"
#include "message/summary.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

TEST_CASE("a message is summarized") {
  const std::string text = "Message-ID: <Id@B>\r\n"
                           "References: <r1@b> <r2@b>\r\n"
                           "In-Reply-To: <r2@b> <other@b>\r\n"
                           "Subject: Re: [x] =?utf-8?q?H=C3=A4?=\r\n"
                           "From: A <a@b.example>, c@d\r\n"
                           "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n"
                           "\r\n"
                           "two\r\nlines\r\n";
  const auto message = parse(text);
  const auto summary = summarize(message);
  CHECK(summary.message_id == "id@b");
  CHECK(summary.references == std::vector<std::string>{"r1@b", "r2@b"});
  CHECK(summary.in_reply_to == "r2@b");
  CHECK(summary.subject_base == "h\xc3\xa4");
  CHECK(summary.is_response);
  CHECK(summary.from == "a@b.example");
  CHECK(summary.from_fields == 1);
  REQUIRE(summary.date);
  CHECK(summary.date->seconds == 880127706);
  CHECK(summary.date->zone_minutes == -360);
  CHECK(summary.bodystructure == bodystructure(message.structure));
  CHECK(summary.structure == encode_structure(message.structure));
  CHECK(summary.preview == "two lines");
  CHECK(summary.size == text.size());
  CHECK(summary.header_size == text.size() - 12);
  CHECK(summary.lines == 2);
  CHECK(!summary.needs_smtputf8);
  CHECK(summary.envelope.starts_with(R"(("Fri, 21 Nov 1997 09:55:06 -0600" "Re: [x] =?)"));
}

TEST_CASE("of an empty message little can be said") {
  const auto summary = summarize(parse(""));
  CHECK(summary.message_id.empty());
  CHECK(summary.references.empty());
  CHECK(summary.from.empty());
  CHECK(summary.from_fields == 0);
  CHECK(!summary.date);
  CHECK(!summary.is_response);
  CHECK(summary.size == 0);
  CHECK(summary.envelope == "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST_CASE("of fields that stand twice the first counts") {
  const auto summary = summarize(parse("From: a@b\r\nFrom: c@d\r\nSubject: one\r\nSubject: two\r\n"
                                       "Message-ID: <1@x>\r\nMessage-ID: <2@x>\r\n"
                                       "Date: bad\r\nDate: 1 Jan 2026 00:00:00 +0000\r\n"
                                       "References: <a@x>\r\nReferences: <b@x>\r\n\r\n"));
  CHECK(summary.from == "a@b");
  CHECK(summary.from_fields == 2);
  CHECK(summary.subject_base == "one");
  CHECK(summary.message_id == "1@x");
  CHECK(!summary.date);
  CHECK(summary.references == std::vector<std::string>{"a@x", "b@x"});
}

TEST_CASE("of many references the first and the nearest are kept") {
  std::string text = "References:";
  for (int i = 0; i < 500; ++i) text += " <" + std::to_string(i) + "@x>";
  const auto summary = summarize(parse(text + "\r\n\r\n"));
  REQUIRE(summary.references.size() == max_references + 1);
  CHECK(summary.references.front() == "0@x");
  CHECK(summary.references.at(1) == "480@x");
  CHECK(summary.references.back() == "499@x");
}

TEST_CASE("fields that are put before a message count, but have no place in it") {
  const auto message = parse("Subject: s\r\n\r\nx\r\n");
  const auto summary = summarize(message, "Message-ID: <added@x>\r\n");
  CHECK(summary.message_id == "added@x");
  CHECK(summary.subject_base == "s");
  CHECK(summary.size == message.structure.size);
  CHECK(summary.header_size == 14);
}
