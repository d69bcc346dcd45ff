#include "sendmail/recipients.h"
#include "sendmail/spool_file.h"
#include "support/catch.h"

using namespace mox;
using namespace mox::sendmail;

namespace {

address::Path path(std::string_view text) {
  return address::parse_path(text).value();
}

// `text` with the first `from` replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The same size again, of a block.
std::string block(std::string text) {
  text.resize(block_size - 1, ' ');
  return text + '\n';
}

} // namespace

TEST_CASE("the head is one block of text") {
  const SpoolHead head{.envelope_size = 10, .message_size = 200, .created = 1767225600};
  const auto text = print_head(head);
  CHECK(text == block("mox-sendmail-spool 1\nenvelope 10\nmessage 200\ncreated 1767225600\n"));
  CHECK(parse_head(text).value() == head);
  CHECK(head.message_offset() == 1546);
  CHECK(head.file_size() == 1746);
  const SpoolHead largest{
      .envelope_size = max_envelope_bytes, .message_size = max_message_bytes, .created = INT64_MIN};
  CHECK(parse_head(print_head(largest)).value() == largest);
}

TEST_CASE("a damaged head is refused") {
  const auto text = print_head({.envelope_size = 10, .message_size = 200, .created = 7});
  const std::string damaged = "begins with a damaged block";

  struct Row {
    std::string text;
    std::string want;
  };

  const std::vector<Row> rows{
      {"", "is no file of the spool"},
      {std::string(block_size, '\0'), "is no file of the spool"},
      {"mox-sendmail-spool 1", damaged},
      {text.substr(1), "is no file of the spool"},
      {text.substr(0, 511), damaged},
      {text + " ", damaged},
      {with(text, "10", "010"), damaged},
      {with(text, "10", "-1"), damaged},
      {with(text, "10", "1x"), damaged},
      {with(text, "200", "99999999999999999999999"), damaged},
      {with(text, "created", "creates"), damaged},
      {with(text, "\ncreated 7", ""), damaged},
      {with(text, "  ", " x"), damaged},
      {print_head({.envelope_size = max_envelope_bytes + 1}),
       "claims 4194305 bytes of addresses and 0 of message, which is too much"},
      {print_head({.message_size = max_message_bytes + 1}),
       "claims 0 bytes of addresses and 1073741825 of message, which is too much"},
      {print_head({.envelope_size = UINT64_MAX, .message_size = UINT64_MAX}),
       "claims 18446744073709551615 bytes of addresses and 18446744073709551615 of message, which "
       "is too much"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 80));
    const auto head = parse_head(row.text);
    REQUIRE_FALSE(head);
    CHECK(head.error().kind == ErrorKind::corrupt);
    CHECK(head.error().text == row.want);
  }
  const auto newer = parse_head(with(text, "1\n", "2\x1b\n"));
  CHECK(newer.error().kind == ErrorKind::unsupported);
  CHECK(newer.error().text == "has format 2 ; this program reads format 1");
}

TEST_CASE("a status is one block of text") {
  const SpoolStatus status{.number = 7,
                           .state = SpoolState::failed,
                           .tries = 3,
                           .last_try = 1767225600,
                           .reason = "550 no such user"};
  const auto text = print_status(status);
  CHECK(text == block("number 7\nstate failed\ntries 3\nlast 1767225600\nreason 550 no such user\n"
                      "end 7\n"));
  CHECK(parse_status(text) == status);
  CHECK(parse_status(print_status({})) == SpoolStatus{});

  const SpoolStatus largest{.number = UINT32_MAX,
                            .state = SpoolState::waiting,
                            .tries = UINT32_MAX,
                            .last_try = INT64_MIN,
                            .reason = std::string(max_reason_bytes, 'x')};
  CHECK(print_status(largest).size() == block_size);
  CHECK(parse_status(print_status(largest)) == largest);
  const auto cleaned =
      parse_status(print_status({.reason = "a\nend 1\n" + std::string(400, '\xff')}));
  REQUIRE(cleaned);
  CHECK(cleaned->reason.starts_with("a end 1 \xef\xbf\xbd"));
  CHECK(cleaned->reason.size() <= max_reason_bytes);
}

TEST_CASE("a torn status is none") {
  const auto text = print_status({.number = 7, .tries = 3, .reason = "r"});
  CHECK_FALSE(parse_status(""));
  CHECK_FALSE(parse_status(std::string(block_size, ' ')));
  CHECK_FALSE(parse_status(with(text, "end 7", "end 6")));
  CHECK_FALSE(parse_status(with(text, "number 7", "number 8")));
  CHECK_FALSE(parse_status(with(text, "waiting", "wailing")));
  CHECK_FALSE(parse_status(with(text, "tries 3", "tries x")));
  CHECK_FALSE(parse_status(with(text, "tries 3", "tries 4294967296")));
  CHECK_FALSE(parse_status(with(text, "reason r\n", "")));
  CHECK_FALSE(parse_status(with(text, "reason r", "reason \x7f")));
  CHECK_FALSE(parse_status(with(text, "reason", "season")));
  for (std::size_t size = 0; size < block_size; ++size) {
    CHECK_FALSE(parse_status(text.substr(0, size)));
    auto half = text.substr(0, size) + print_status({.number = 8, .tries = 4}).substr(size);
    const auto status = parse_status(half);
    CHECK((!status || half == text || half == print_status({.number = 8, .tries = 4})));
  }
}

TEST_CASE("an envelope is lines of text") {
  const Envelope full{.sender = path("a@x.example"),
                      .recipients = {path("b@x.example"), path("\"c \\\" d\"@[192.0.2.1]"),
                                     path("\xc3\xa4@xn--strae-oqa.example")},
                      .reports = {.notify = {.success = true, .failure = true, .delay = true},
                                  .returned = Returned::headers,
                                  .envelope_id = "id 7"},
                      .eight_bit = true,
                      .smtputf8 = true};
  const auto text = print_envelope(full);
  CHECK(text == "from a@x.example\nnotify success,failure,delay\nreturn hdrs\nenvid id 7\n"
                "needs 8BITMIME\nneeds SMTPUTF8\nto - b@x.example\n"
                "to - \"c \\\" d\"@[192.0.2.1]\nto - \xc3\xa4@xn--strae-oqa.example\n");
  const auto read = parse_envelope(text).value();
  CHECK(read.envelope == full);
  CHECK(read.states == std::vector<RecipientState>(3, RecipientState::waiting));
  for (const auto offset : read.state_offsets) CHECK(text[offset] == '-');

  const Envelope least{.recipients = {path("b@x.example")}};
  CHECK(print_envelope(least) == "from \nto - b@x.example\n");
  CHECK(parse_envelope(print_envelope(least)).value().envelope == least);

  auto other = least;
  other.reports = {.notify = {.never = true}, .returned = Returned::full};
  CHECK(parse_envelope(print_envelope(other)).value().envelope == other);
  CHECK(parse_envelope("from \nto + b@x\nto ! c@x\nto - d@x\n").value().states ==
        std::vector{RecipientState::accepted, RecipientState::refused, RecipientState::waiting});
}

TEST_CASE("a damaged envelope is refused") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "names no sender"},
      {"from a@x", "names no sender"},
      {"to - a@x\n", "names no sender"},
      {"from \n", "names no recipient"},
      {"from \nto - a@x", "names no recipient"},
      {"from a\nto - a@x\n", "has a damaged address: \"a\""},
      {"from a@x\x1b\nto - a@x\n", "has a damaged address: \"a@x \""},
      {"from \nto - \n", "has a damaged address: \"\""},
      {"from \nto -\n", "has a damaged recipient"},
      {"from \nto ? a@x\n", "has a damaged recipient"},
      {"from \nto -xa@x\n", "has a damaged envelope"},
      {"from \nto - a@X\n", "has a damaged envelope"},
      {"from \nto - \"a\"@x\n", "has a damaged envelope"},
      {"from \nto - a@x\n\n", "has a damaged envelope"},
      {"from \nto - a@x\nfrom \n", "has a damaged envelope"},
      {"from \nnotify now\nto - a@x\n", "has a damaged envelope"},
      {"from \nnotify never,delay\nto - a@x\n", "has a damaged envelope"},
      {"from \nreturn half\nto - a@x\n", "has a damaged envelope"},
      {"from \nenvid \nto - a@x\n", "has a damaged envelope"},
      {"from \nenvid \x1b\nto - a@x\n", "has a damaged envelope id"},
      {"from \nenvid " + std::string(max_envelope_id + 1, 'x') + "\nto - a@x\n",
       "has a damaged envelope id"},
      {"from \nneeds help\nto - a@x\n", "has a damaged envelope"},
      {"from \nneeds SMTPUTF8\nneeds 8BITMIME\nto - a@x\n", "has a damaged envelope"},
  };
  for (const auto& [text, want] : rows) {
    CAPTURE(text);
    const auto read = parse_envelope(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::corrupt);
    CHECK(read.error().text == want);
  }
  std::string many = "from \n";
  for (std::size_t i = 0; i < max_recipients; ++i) many += "to - a@x\n";
  CHECK(parse_envelope(many).value().states.size() == max_recipients);
  CHECK(parse_envelope(many + "to - a@x\n").error().text == "has more than 10000 recipients");
}
