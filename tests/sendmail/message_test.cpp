#include "sendmail/lines.h"
#include "sendmail/message.h"
#include "support/catch.h"
#include "support/fake_random.h"

#include <algorithm>
#include <utility>

using namespace mox;
using namespace mox::sendmail;

namespace {

MessageRules rules() {
  MessageRules rules;
  rules.header = {.recipients_from_header = true,
                  .recipients = {dns::parse_name("host.example").value()},
                  .authors = {dns::parse_name("host.example").value()},
                  .author = address::parse_path("jane@host.example").value(),
                  .date = "now",
                  .message_id = "<1@host.example>"};
  return rules;
}

struct Read {
  std::string text;
  MessageFacts facts;
};

Result<Read> read(std::string_view input, std::size_t cut, const MessageRules& rules) {
  Read read;
  MessageReader reader(rules, [&](std::string_view bytes) {
    CHECK_FALSE(bytes.empty());
    read.text += bytes;
    return ok();
  });
  for (std::size_t at = 0; at < input.size(); at += cut)
    MOX_TRY(reader.feed(input.substr(at, cut)));
  MOX_TRY_ASSIGN(facts, reader.finish());
  read.facts = std::move(facts);
  return read;
}

Read read(std::string_view input, const MessageRules& rules) {
  auto whole = read(input, std::max<std::size_t>(input.size(), 1), rules).value();
  for (const std::size_t cut : {1U, 2U, 3U, 7U}) {
    CAPTURE(cut);
    const auto again = read(input, cut, rules).value();
    CHECK(again.text == whole.text);
    CHECK(again.facts.ended_by_dot == whole.facts.ended_by_dot);
    CHECK(again.facts.removed_nuls == whole.facts.removed_nuls);
  }
  CHECK(whole.facts.size == whole.text.size());
  return whole;
}

// With a header that needs nothing, before the body.
const std::string header = "From: f@x\r\nTo: a@x\r\nDate: d\r\nMessage-ID: <m>\r\n";
const std::string added = "Date: now\r\nFrom: jane@host.example\r\nMessage-ID: <1@host.example>\r\n"
                          "To: undisclosed-recipients:;\r\n\r\n";

std::string nul(std::string text) {
  std::ranges::replace(text, '~', '\0');
  return text;
}

} // namespace

TEST_CASE("the body keeps its bytes and gets CRLF") {
  struct Row {
    const char* name;
    std::string body;
    std::string want;
  };

  const std::vector<Row> rows{
      {"empty", "", ""},
      {"LF", "a\nb\n", "a\r\nb\r\n"},
      {"CRLF", "a\r\nb\r\n", "a\r\nb\r\n"},
      {"mixed", "a\nb\r\n\nc\r\n\r\n", "a\r\nb\r\n\r\nc\r\n\r\n"},
      {"no line end", "a", "a\r\n"},
      {"several CRs before LF", "a\r\r\r\nb\n", "a\r\nb\r\n"},
      {"CRs within a line", "10%\r20%\r100%\n", "10%\r\n20%\r\n100%\r\n"},
      {"CRs at the end", "a\r\r", "a\r\n"},
      {"CR alone", "\r", ""},
      {"CR first", "\ra\n", "\r\na\r\n"},
      {"NUL", nul("a~b\n~\n~"), "ab\r\n\r\n"},
      {"NUL between CR and LF", nul("a\r~\n"), "a\r\n\r\n"},
      {"dot ends", "a\n.\nb\n", "a\r\n"},
      {"dot ends with CRLF", "a\r\n.\r\nb\r\n", "a\r\n"},
      {"dot at the end of the input", "a\n.", "a\r\n"},
      {"dot and CR at the end of the input", "a\n.\r", "a\r\n"},
      {"dot first", ".\na\n", ""},
      {"dots that are text", "..\n.a\na.\n. \n", "..\r\n.a\r\na.\r\n. \r\n"},
      {"dot after a CR", "a\r.\nb\n", "a\r\n.\r\nb\r\n"},
      {"dot before a CR", "a\n.\rb\n", "a\r\n.\r\nb\r\n"},
      {"dot and NUL", nul("a\n.~\nb\n"), "a\r\n.\r\nb\r\n"},
      {"NUL and dot", nul("a\n~.\nb\n"), "a\r\n.\r\nb\r\n"},
      {"bytes above 127", "\xe4\xff\n", "\xe4\xff\r\n"},
      {"a long line", std::string(200'000, 'x'), std::string(200'000, 'x') + "\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(read(header + "\r\n" + row.body, rules()).text == header + "\r\n" + row.want);
  }
}

TEST_CASE("with -i a dot is text") {
  auto with_dots = rules();
  with_dots.dots_are_text = true;
  const auto [text, facts] = read(header + "\n.\na\n.", with_dots);
  CHECK(text == header + "\r\n.\r\na\r\n.\r\n");
  CHECK_FALSE(facts.ended_by_dot);
}

TEST_CASE("where the header ends and the body begins") {
  struct Row {
    const char* name;
    std::string input;
    std::string want;
  };

  const std::vector<Row> rows{
      {"nothing", "", added},
      {"no header", "hi\n", added + "hi\r\n"},
      {"no header and no line end", "hi", added + "hi\r\n"},
      {"empty line first", "\nhi\n", added + "hi\r\n"},
      {"several empty lines first", "\r\n\r\nSubject: s\r\n", added + "\r\nSubject: s\r\n"},
      {"space first", " To: a\n", added + " To: a\r\n"},
      {"header alone", header, header + "\r\n"},
      {"header without line end", header + "X: y", header + "X: y\r\n\r\n"},
      {"no empty line", header + "hi\nX: y\n", header + "\r\nhi\r\nX: y\r\n"},
      {"folded", header + "X: y\n\tz\n \n\nhi\n", header + "X: y\r\n\tz\r\n \r\n\r\nhi\r\n"},
      {"mbox line", "From jane Thu Jan  1 00:00:00 2026\n" + header + "\nhi\n",
       header + "\r\nhi\r\n"},
      {"mbox line in the middle", header + "From x\nhi\n", header + "\r\nFrom x\r\nhi\r\n"},
      {"mbox line twice", "From x\nFrom y\n", added + "From y\r\n"},
      {"space behind an mbox line", "From x\n y\n", added + " y\r\n"},
      {"mbox line alone", "From x", added},
      {"a field with space before its colon", "From : f@x\n" + header.substr(11) + "\n",
       "From : f@x\r\n" + header.substr(11) + "\r\n"},
      {"dot ends the header", header + ".\nX: y\n", header + "\r\n"},
      {"dot alone", ".", added},
      {"CR in a field", header + "X: y\rBcc: z@x\n\n", header + "X: y Bcc: z@x\r\n\r\n"},
      {"CRs at the end of a field", header + "X: y\r\r\n\r\r\nhi", header + "X: y\r\n\r\nhi\r\n"},
      {"NUL in a field", nul(header + "X: y~z\n\n"), header + "X: yz\r\n\r\n"},
      {"NUL in a name", nul(header + "X~: y\n"), header + "\r\nX: y\r\n"},
      {"a long field", header + "X: " + std::string(100'000, 'x') + "\n\n",
       header + "X: " + std::string(100'000, 'x') + "\r\n\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(read(row.input, rules()).text == row.want);
  }
}

TEST_CASE("what is known of a message at its end") {
  const auto facts = [](const std::string& input) { return read(input, rules()).facts; };
  const auto plain = facts(header + "\nhi\n");
  CHECK_FALSE(plain.eight_bit);
  CHECK_FALSE(plain.utf8_header);
  CHECK_FALSE(plain.ended_by_dot);
  REQUIRE(plain.recipients.size() == 1);
  CHECK(to_string(plain.recipients[0]) == "a@x");
  CHECK(plain.removed_nuls == 0);

  CHECK(facts(header + "\n\xc3\xa4\n").eight_bit);
  CHECK_FALSE(facts(header + "\n\xc3\xa4\n").utf8_header);
  CHECK(facts(header + "Subject: \xc3\xa4\n\nhi").utf8_header);
  CHECK(facts(header + "Subject: \xc3\xa4\n\nhi").eight_bit);
  CHECK(facts(header + "Subject: \xe4\n\n").eight_bit);
  CHECK_FALSE(facts(header + "Subject: \xe4\n\n").utf8_header); // no UTF-8: SMTPUTF8 would be wrong
  CHECK(facts(header + "\nhi\n.\n").ended_by_dot);
  CHECK(facts(header + ".\n").ended_by_dot);
  CHECK(facts(header + "\nhi\n.").ended_by_dot);
  CHECK(facts(nul(header + "X: ~\n\n~~")).removed_nuls == 3);
}

TEST_CASE("a header has a limit, a body none") {
  const auto big = [](std::size_t size) { return "X: " + std::string(size - 5, 'x') + "\r\n"; };
  const std::string error = "the header of the message is longer than 1048576 bytes";
  CHECK(read(big(max_header_bytes) + "\nhi", 65536, rules()));
  CHECK(read(big(max_header_bytes + 1), 65536, rules()).error().text == error);
  CHECK(read(big(1000) + big(max_header_bytes - 1000) + "\nhi", 65536, rules()));
  CHECK(read(big(1000) + big(max_header_bytes - 999), 65536, rules()).error().text == error);
  CHECK(read(big(max_header_bytes) + "Y:\n", 65536, rules()).error().text == error);
  CHECK(read(header + " " + std::string(max_header_bytes, 'x'), 65536, rules()).error().text ==
        error);

  const std::string line(3 * max_header_bytes, 'x');
  CHECK(read(line, 65536, rules()).value().text == added + line + "\r\n");
  CHECK(read(header + line, 65536, rules()).value().text == header + "\r\n" + line + "\r\n");
}

TEST_CASE("a message is read from a source to a sink") {
  std::vector<std::string> pieces{"To: b@x\n", "\nbo", "dy\n.\n", "never read"};
  std::size_t taken = 0;
  const Source source = [&](std::span<char> into) -> Result<std::size_t> {
    if (taken == pieces.size()) return 0;
    const auto& piece = pieces[taken++];
    std::ranges::copy(piece, into.begin());
    return piece.size();
  };
  std::string text;
  const Sink sink = [&](std::string_view bytes) {
    text += bytes;
    return ok();
  };
  const auto facts = read_message(source, rules(), sink);
  REQUIRE(facts);
  CHECK(facts->ended_by_dot);
  CHECK(taken == 3);
  CHECK(text.starts_with("To: b@x\r\n"));
  CHECK(text.ends_with("\r\n\r\nbody\r\n"));

  text.clear();
  pieces = {"To: b@x\n\n", "x"};
  taken = 0;
  CHECK(read_message(source, rules(), sink).value().size == text.size());
  CHECK(text.ends_with("\r\n\r\nx\r\n"));
}

TEST_CASE("errors of source, sink and header come through") {
  const auto broken = [](auto) { return failure(ErrorKind::io, "broken"); };
  const Sink full = [](std::string_view) -> Result<> { return failure(ErrorKind::full, "full"); };
  const Sink none = [](std::string_view) { return ok(); };
  const auto from = [](std::string text) {
    return [text = std::move(text),
            done = false](std::span<char> into) mutable -> Result<std::size_t> {
      if (std::exchange(done, true)) return 0;
      std::ranges::copy(text, into.begin());
      return text.size();
    };
  };
  CHECK(read_message(broken, rules(), none).error().text == "broken");
  CHECK(read_message(from("a\nb\n"), rules(), full).error().kind == ErrorKind::full);
  CHECK(read_message(from("X: y\n"), rules(), full).error().kind == ErrorKind::full);
  CHECK(
      read_message(from("To: a b\n\n"), rules(), none).error().text.starts_with("in To: \"a b\""));
  CHECK(read_message(from("To: a b\n"), rules(), none).error().text.starts_with("in To: \"a b\""));
}

TEST_CASE("a message id is new each time") {
  test::FakeRandom random;
  const auto domain = dns::parse_name("host.example").value();
  const auto first = new_message_id(random, domain);
  CHECK(first.size() == 1 + 32 + 1 + 12 + 1);
  CHECK(first.starts_with('<'));
  CHECK(first.ends_with("@host.example>"));
  CHECK(first != new_message_id(random, domain));
}
