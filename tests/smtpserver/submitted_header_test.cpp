// What is read of a submitted message's header; conversations are in transcripts/submission-*.txt.
#include "smtpserver/submitted_header.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

std::string shown(std::string_view text, std::string_view hostname = {}) {
  const auto host = hostname.empty() ? dns::Name() : dns::parse_name(hostname).value();
  const auto read = smtpserver::read_submitted_header(message::parse(text), host);
  if (!read)
    return std::to_string(read.error().code) + " " + smtp::to_string(read.error().enhanced);
  std::string all;
  if (read->from) all += "from " + smtp::to_string(*read->from) + ",";
  if (read->sender) all += "sender " + smtp::to_string(*read->sender) + ",";
  if (read->has_date) all += "date,";
  if (read->has_message_id) all += "id,";
  return all;
}

struct Row {
  std::string_view text;
  std::string_view want;
};

} // namespace

TEST_CASE("what a submitted header says") {
  const std::vector<Row> rows = {
      {"", ""},
      {"\r\n", ""},
      {"\r\ntext\r\n", ""},
      {"From: a@b.example\r\n\r\n", "from a@b.example,"},
      {"from:a@b.example\r\n", "from a@b.example,"},
      {"From :\r\n  \"A, B\"\r\n  <a@b.example>\r\n\r\n", "from a@b.example,"},
      {"From: \"a b\"@c.example\r\n\r\n", "from \"a b\"@c.example,"},
      {"From: m\xc3\xbcller@b.example\r\n\r\n", "from m\xc3\xbcller@b.example,"},
      {"SENDER: a@b.example\r\nDATE: x\r\nMessage-Id: <x>\r\n\r\n", "sender a@b.example,date,id,"},
      {"Date:\r\nResent-From: a@b.example\r\n\r\nFrom: c@d.example\r\n", "date,"},
      {"no field\r\nFrom: a@b.example\r\n\r\n", "from a@b.example,"},
      {"From: a@b.example\nFrom: c@d.example\n\n", "550 5.6.0"},
      {"From: a@b.example\r\nFrom: a@b.example\r\n", "550 5.6.0"},
      {"From: a\r\n\r\n", "550 5.6.0"},
      {"From: a@b.example\r\n , c@d.example\r\n\r\n", "550 5.6.0"},
      {" \r\nFrom: a@b.example\r\n\r\n", "554 5.6.0"},
      {"\tFrom: a@b.example\r\n\r\n", "554 5.6.0"},
      {"text", "554 5.6.0"},
      {"From: a@b.example\r\ntext\r\n", "554 5.6.0"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(shown(row.text) == row.want);
  }
}

TEST_CASE("names without a domain are of the host, where a host is given") {
  const std::vector<Row> rows = {
      {"From: root\r\n\r\n", "from root@mx.example,"},
      {"From: root (Cron Daemon)\r\n\r\n", "from root@mx.example,"},
      {"From: Cron Daemon <root>\r\n\r\n", "from root@mx.example,"},
      {"From: root@b.example\r\n\r\n", "from root@b.example,"},
      {"From: bob, root\r\n\r\n", "550 5.6.0"},
      {"From: A <root> B <c@d.example>\r\n\r\n", "550 5.6.0"},
      {"From: A <root>, c@d.example\r\n\r\n", "550 5.6.0"},
      {"From: root <c@d.example\r\n\r\n", "550 5.6.0"},
      {"From: <>\r\n\r\n", "550 5.6.0"},
      {"From: @\r\n\r\n", "550 5.6.0"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(shown(row.text, "mx.example") == row.want);
  }
}

TEST_CASE("a header is looked at as a whole, or the message refused") {
  const std::string filler(message::max_header_size / 4 - 100, 'x');
  std::string header = "From: a@b.example\r\n";
  for (int i = 0; i < 4; ++i) header += "X-Filler: " + filler + "\r\n";
  CHECK(shown(header + "\r\ntext\r\n") == "from a@b.example,");
  header += "X-Filler: " + filler + "\r\n";
  CHECK(shown(header + "From: c@d.example\r\n\r\ntext\r\n") == "552 5.3.4");
  // What stands in the text does not count.
  CHECK(shown("From: a@b.example\r\n\r\n" + header) == "from a@b.example,");
}
