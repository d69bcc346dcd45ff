#include "smtp/command.h"
#include "smtp/parameters.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace std::string_literals;
using namespace mox::smtp;
using Kind = CommandError::Kind;

namespace {

constexpr CommandOptions submission{.submission = true, .chunking = false};
constexpr CommandOptions chunking{.submission = false, .chunking = true};

struct Good {
  std::string input;
  std::string want; // as printed; "" for the input itself
};

void check_good(const std::vector<Good>& rows, CommandOptions options = {}) {
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = parse_command(row.input, options);
    REQUIRE(command);
    const auto printed = print_command(*command);
    CHECK(printed == (row.want.empty() ? row.input : row.want));
    CHECK(parse_command(printed, options) == *command);
  }
}

struct Bad {
  std::string input;
  Kind kind;
};

void check_bad(const std::vector<Bad>& rows, CommandOptions options = {}) {
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = parse_command(row.input, options);
    REQUIRE(!command);
    CHECK(command.error().kind == row.kind);
    CHECK(!command.error().text.empty());
  }
}

template <class Body> Body parsed(const std::string& line, CommandOptions options = {}) {
  const auto command = parse_command(line, options);
  REQUIRE(command);
  REQUIRE(std::holds_alternative<Body>(*command));
  return std::get<Body>(*command);
}

} // namespace

TEST_CASE("HELO and EHLO") {
  check_good({
      {"EHLO mail.example", ""},
      {"helo mail.example ", "HELO mail.example"},
      {"EHLO [192.0.2.1]", ""},
      {"EHLO [IPv6:2001:db8::1]", ""},
      {"EHLO [ipv6:::1] some text", "EHLO [ipv6:::1]"},
      {"HELO [192.0.2.1]", ""},
      {"EHLO mail.example.", "EHLO mail.example"},
      {"EHLO my_host", ""},
      {"EHLO m\xc3\xa4il.example", ""},
      {"EHLO 192.0.2.1", ""},
  });
  check_bad({
      {"EHLO", Kind::syntax},
      {"EHLO ", Kind::syntax},
      {"HELO", Kind::syntax},
      {"EHLO a b", Kind::syntax},
      {"EHLO -a.example", Kind::syntax},
      {"EHLO a..b", Kind::syntax},
      {"EHLO [192.0.2.256]", Kind::syntax},
      {"EHLO [192.0.2.1", Kind::syntax},
      {"EHLO [2001:db8::1]", Kind::syntax},
      {"EHLO [tag:x]", Kind::syntax},
      {"EHLO a\xff", Kind::syntax},
      {"EHLO " + std::string(64, 'a'), Kind::syntax},
  });
  check_good({{"EHLO [2001:db8::1]", ""},
              {"EHLO a b", "EHLO"},
              {"EHLO", ""},
              {"HELO", ""},
              {"EHLO !!", "EHLO"}},
             submission);
  CHECK(parsed<Hello>("EHLO [192.0.2.1]").is_literal());
  CHECK(parsed<Hello>("EHLO a").extended);
  CHECK(!parsed<Hello>("HELO a").is_literal());
}

TEST_CASE("commands with little or nothing behind them") {
  check_good({
      {"STARTTLS", ""},
      {"DATA", ""},
      {"data  ", "DATA"},
      {"RSET", ""},
      {"QUIT", ""},
      {"NOOP", ""},
      {"NOOP any thing", "NOOP"},
      {"HELP", ""},
      {"HELP MAIL", ""},
      {"VRFY joe", ""},
      {"EXPN list smtputf8", "EXPN list SMTPUTF8"},
      {"VRFY a b", ""},
      {"AUTH plain", "AUTH PLAIN"},
      {"AUTH PLAIN AGEAYg==", ""},
      {"AUTH PLAIN  =", "AUTH PLAIN ="},
      {"AUTH SCRAM-SHA-256-PLUS", ""},
  });
  check_bad({
      {"STARTTLS x", Kind::bad_parameter},
      {"DATA x", Kind::bad_parameter},
      {"RSET x", Kind::bad_parameter},
      {"QUIT x", Kind::bad_parameter},
      {"VRFY", Kind::syntax},
      {"EXPN ", Kind::syntax},
      {"VRFY   SMTPUTF8", Kind::syntax},
      {"AUTH", Kind::bad_parameter},
      {"AUTH (", Kind::bad_parameter},
      {"AUTH ABCDEFGHIJKLMNOPQRSTU", Kind::bad_parameter},
      {"AUTH PLAIN *", Kind::syntax},
      {"AUTH PLAIN a b", Kind::syntax},
      {"", Kind::unknown_command},
      {" NOOP", Kind::unknown_command},
      {"NOOPX", Kind::unknown_command},
      {"GET / HTTP/1.1", Kind::unknown_command},
      {"BDAT 5", Kind::unknown_command},
      {"NOOP\r", Kind::unknown_command},
      {"NOOP a\rb", Kind::syntax},
      {"NOOP a\nb", Kind::syntax},
      {"NOOP a\0b"s, Kind::syntax},
      {"NOOP a\x7f", Kind::syntax},
      {"NOOP a\tb", Kind::syntax},
  });
  check_good({{"BDAT 5", ""}, {"bdat 18446744073709551615 last", "BDAT 18446744073709551615 LAST"}},
             chunking);
  check_bad({{"BDAT", Kind::syntax},
             {"BDAT x", Kind::syntax},
             {"BDAT -1", Kind::syntax},
             {"BDAT 18446744073709551616", Kind::syntax},
             {"BDAT 5 FIRST", Kind::bad_parameter},
             {"BDAT 5 LAST LAST", Kind::bad_parameter}},
            chunking);
  CHECK(parsed<Vrfy>("VRFY a SMTPUTF8").smtputf8);
}

TEST_CASE("MAIL") {
  check_good({
      {"MAIL FROM:<>", ""},
      {"mail from:<a@b.example>", "MAIL FROM:<a@b.example>"},
      {"MAIL FROM: <a@b.example>", "MAIL FROM:<a@b.example>"},
      {"MAIL FROM:<@x.example,@y.example:a@b.example>", "MAIL FROM:<a@b.example>"},
      {"MAIL FROM:<\"a b\"@b.example>", ""},
      {"MAIL FROM:<\"a\"@b.example>", "MAIL FROM:<a@b.example>"},
      {"MAIL FROM:<\"a\\\"\\\\>b\"@b.example>", "MAIL FROM:<\"a\\\"\\\\>b\"@b.example>"},
      {"MAIL FROM:<\"\"@b.example>", ""},
      {"MAIL FROM:<a.b+c!#$%&'*/=?^_`{|}~-@b.example>", ""},
      {"MAIL FROM:<a@[192.0.2.1]>", ""},
      {"MAIL FROM:<a@[IPv6:2001:db8::1]>", ""},
      {"MAIL FROM:<\xc3\xa9@\xc3\xa9.example> SMTPUTF8", ""},
      {"MAIL FROM:<> SIZE=0 BODY=8BITMIME AUTH=<> SMTPUTF8 REQUIRETLS HOLDFOR=999999999", ""},
      {"MAIL FROM:<>  size=18446744073709551615   body=7bit ",
       "MAIL FROM:<> SIZE=18446744073709551615 BODY=7BIT"},
      {"MAIL FROM:<> AUTH=e+3Dmc2@example.com", ""},
      {"MAIL FROM:<> HOLDUNTIL=2026-11-21T00:28:22Z", ""},
      {"MAIL FROM:<> HOLDUNTIL=2026-11-21T02:28:22.55+02:00",
       "MAIL FROM:<> HOLDUNTIL=2026-11-21T00:28:22Z"},
  });
  check_bad({
      {"MAIL", Kind::syntax},
      {"MAIL <a@b.example>", Kind::syntax},
      {"MAIL FROM :<a@b.example>", Kind::syntax},
      {"MAIL FROM a@b.example", Kind::syntax},
      {"MAIL FROM:", Kind::bad_address},
      {"MAIL FROM:a@b.example", Kind::bad_address},
      {"MAIL FROM:<a>", Kind::bad_address},
      {"MAIL FROM:<postmaster>", Kind::bad_address},
      {"MAIL FROM:<a@>", Kind::bad_address},
      {"MAIL FROM:<@b.example>", Kind::bad_address},
      {"MAIL FROM:<a@b.example", Kind::bad_address},
      {"MAIL FROM:<a@b..example>", Kind::bad_address},
      {"MAIL FROM:<a@b@c.example>", Kind::bad_address},
      {"MAIL FROM:<.a@b.example>", Kind::bad_address},
      {"MAIL FROM:<a.@b.example>", Kind::bad_address},
      {"MAIL FROM:<a..b@b.example>", Kind::bad_address},
      {"MAIL FROM:<a b@b.example>", Kind::bad_address},
      {"MAIL FROM:<\"a@b.example>", Kind::bad_address},
      {"MAIL FROM:<\"a\\", Kind::bad_address},
      {"MAIL FROM:<\"a\"b@c.example>", Kind::bad_address},
      {"MAIL FROM:<a@[192.0.2]>", Kind::bad_address},
      {"MAIL FROM:<a@[x-tag:y]>", Kind::bad_address},
      {"MAIL FROM:<@x.example:>", Kind::bad_address},
      {"MAIL FROM:<@x.example>", Kind::bad_address},
      {"MAIL FROM:<@x..example:a@b.example>", Kind::bad_address},
      {"MAIL FROM:<a\xff@b.example>", Kind::bad_address},
      {"MAIL FROM:<" + std::string(300, 'a') + "@b.example>", Kind::bad_address},
      {"MAIL FROM:<>SIZE=1", Kind::syntax},
      {"MAIL FROM:<> SIZE", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=x", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=-1", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=18446744073709551616", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=000000000000000000001", Kind::bad_parameter},
      {"MAIL FROM:<> SIZE=1 SIZE=1", Kind::duplicate_parameter},
      {"MAIL FROM:<> SMTPUTF8 smtputf8", Kind::duplicate_parameter},
      {"MAIL FROM:<> BODY=9BIT", Kind::bad_parameter},
      {"MAIL FROM:<> BODY", Kind::bad_parameter},
      {"MAIL FROM:<> BODY=BINARYMIME", Kind::bad_parameter},
      {"MAIL FROM:<> AUTH", Kind::bad_parameter},
      {"MAIL FROM:<> AUTH=a+3", Kind::bad_parameter},
      {"MAIL FROM:<> AUTH=a+3d", Kind::bad_parameter},
      {"MAIL FROM:<> SMTPUTF8=1", Kind::bad_parameter},
      {"MAIL FROM:<> REQUIRETLS=1", Kind::bad_parameter},
      {"MAIL FROM:<> HOLDFOR=1000000000", Kind::bad_parameter},
      {"MAIL FROM:<> HOLDFOR=x", Kind::bad_parameter},
      {"MAIL FROM:<> HOLDUNTIL=2026-11-21", Kind::bad_parameter},
      {"MAIL FROM:<> HOLDFOR=1 HOLDUNTIL=2026-11-21T00:28:22Z", Kind::bad_parameter},
      {"MAIL FROM:<> HOLDUNTIL=2026-11-21T00:28:22Z HOLDFOR=1", Kind::bad_parameter},
      {"MAIL FROM:<> FOO", Kind::unknown_parameter},
      {"MAIL FROM:<> RET=FULL", Kind::unknown_parameter},
      {"MAIL FROM:<> =1", Kind::syntax},
      {"MAIL FROM:<> -A=1", Kind::syntax},
      {"MAIL FROM:<> A_B=1", Kind::syntax},
      {"MAIL FROM:<> SIZE=1=2", Kind::bad_parameter},
  });
  const auto mail = parsed<Mail>("MAIL FROM:<> AUTH=e+3Dmc2@example.com BODY=BINARYMIME", chunking);
  CHECK(mail.from.null());
  CHECK(mail.auth == "e=mc2@example.com");
  CHECK(mail.body == Body::binary_mime);
}

TEST_CASE("RCPT") {
  check_good({
      {"RCPT TO:<a@b.example>", ""},
      {"rcpt to: <a@b.example> ", "RCPT TO:<a@b.example>"},
      {"RCPT TO:<postmaster>", ""},
      {"RCPT TO:<PostMaster>", ""},
      {"RCPT TO:<@x.example:a@b.example>", "RCPT TO:<a@b.example>"},
      {"RCPT TO:<a@[192.0.2.1]>", ""},
  });
  check_bad({
      {"RCPT", Kind::syntax},
      {"RCPT FROM:<a@b.example>", Kind::syntax},
      {"RCPT TO:<>", Kind::bad_address},
      {"RCPT TO:<joe>", Kind::bad_address},
      {"RCPT TO:<a@b.example>x", Kind::syntax},
      {"RCPT TO:<a@b.example> NOTIFY=NEVER", Kind::unknown_parameter},
      {"RCPT TO:<a@b.example> =", Kind::syntax},
  });
  CHECK(parsed<Rcpt>("RCPT TO:<postmaster>").to == Path{"postmaster", ""});
}

TEST_CASE("errors carry their reply codes") {
  struct Row {
    std::string input;
    std::uint16_t code;
    EnhancedCode enhanced;
  };

  const std::vector<Row> rows = {
      {"FOO", 500, {5, 5, 1}},
      {"EHLO", 501, {5, 5, 2}},
      {"MAIL FROM:<a>", 501, {5, 1, 7}},
      {"RCPT TO:<>", 501, {5, 1, 3}},
      {"DATA x", 501, {5, 5, 4}},
      {"MAIL FROM:<> SIZE=1 SIZE=1", 501, {5, 5, 4}},
      {"MAIL FROM:<> FOO=1", 555, {5, 3, 3}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.input);
    const auto command = parse_command(row.input);
    REQUIRE(!command);
    CHECK(command.error().code == row.code);
    CHECK(command.error().enhanced == row.enhanced);
  }
}

TEST_CASE("paths") {
  CHECK(needs_smtputf8(Path{"\xc3\xa9", "b.example"}));
  CHECK(needs_smtputf8(Path{"a", "\xc3\xa9.example"}));
  CHECK(!needs_smtputf8(Path{"a", "b.example"}));
  CHECK(to_string(Path{}).empty());
  CHECK(to_string(Path{"postmaster", ""}) == "postmaster");
  CHECK(to_string(Path{"a b", "c.example"}) == "\"a b\"@c.example");
  CHECK(Path{"a", "[192.0.2.1]"}.is_literal());
}

TEST_CASE("xtext") {
  CHECK(encode_xtext("a+b=c d\xff") == "a+2Bb+3Dc+20d+FF");
  CHECK(decode_xtext("a+2Bb+3Dc+20d+FF") == "a+b=c d\xff");
  for (const std::string text : {"+", "+2", "+2g", "+2b", "a b", "a=b", "\xff", "a\x7f"}) {
    CAPTURE(text);
    CHECK(!decode_xtext(text));
  }
}

TEST_CASE("times of RFC 3339") {
  for (const std::string text :
       {"", "2026-11-21", "2026-11-21T00:28:22", "2026-13-21T00:28:22Z", "2026-02-30T00:28:22Z",
        "2026-11-21T24:28:22Z", "2026-11-21T00:60:22Z", "2026-11-21T00:28:61Z",
        "2026-11-21T00:28:22+0200", "2026-11-21T00:28:22+24:00", "2026-11-21T00:28:22+02:60",
        "2026-11-21T00:28:22.Z", "2026-11-21T00:28:22Zx", "26-11-21T00:28:22Z",
        "2026-11-21 00:28:22Z", "2026-11-21T00:28:22+02:00x"}) {
    CAPTURE(text);
    CHECK(!parse_rfc3339(text));
  }
  CHECK(format_rfc3339(*parse_rfc3339("2026-11-20t23:28:22.123456-01:00")) ==
        "2026-11-21T00:28:22Z");
  CHECK(format_rfc3339(*parse_rfc3339("0001-01-01T00:00:60Z")) == "0001-01-01T00:00:59Z");
}
