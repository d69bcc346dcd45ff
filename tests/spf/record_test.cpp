#include "spf/record.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::spf;

namespace {

std::string error_of(std::string_view text) {
  const auto record = parse_record(text);
  return record ? "" : to_string(record.error());
}

const Directive& only(const Record& record) {
  REQUIRE(record.directives.size() == 1);
  return record.directives.front();
}

Record parsed(std::string_view text) {
  auto record = parse_record(text);
  if (!record) FAIL(to_string(record.error()));
  return *std::move(record);
}

} // namespace

TEST_CASE("a record of SPF is known by its first word (RFC 7208 section 4.5)") {
  struct Row {
    std::string_view text;
    bool want;
  };

  const std::vector<Row> rows = {
      {"v=spf1", true},        {"v=spf1 ", true},  {"V=sPf1 -all", true},
      {"v=spf1\t-all", false}, {"v=spf10", false}, {"v=spf1-all", false},
      {" v=spf1", false},      {"", false},        {"v=spf2.0/pra", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(is_record(row.text) == row.want);
  }
  const std::vector<std::string> texts = {"other", "v=spf1 -all", "v=spf1x", "V=SPF1"};
  CHECK(select_records(texts) == std::vector<std::string_view>{"v=spf1 -all", "V=SPF1"});
}

TEST_CASE("mechanisms with their qualifiers and arguments") {
  struct Row {
    std::string_view term;
    Verdict verdict;
    Mechanism mechanism;
    std::string_view domain;
    int prefix4;
    int prefix6;
  };

  const std::vector<Row> rows = {
      {"all", Verdict::pass, Mechanism::all, "", 32, 128},
      {"-ALL", Verdict::fail, Mechanism::all, "", 32, 128},
      {"~all", Verdict::softfail, Mechanism::all, "", 32, 128},
      {"?all", Verdict::neutral, Mechanism::all, "", 32, 128},
      {"+a", Verdict::pass, Mechanism::a, "", 32, 128},
      {"a/24", Verdict::pass, Mechanism::a, "", 24, 128},
      {"a//64", Verdict::pass, Mechanism::a, "", 32, 64},
      {"A/0//0", Verdict::pass, Mechanism::a, "", 0, 0},
      {"a:a.example", Verdict::pass, Mechanism::a, "a.example", 32, 128},
      {"a:a.example./24//64", Verdict::pass, Mechanism::a, "a.example.", 24, 64},
      {"a:foo:bar/baz.example", Verdict::pass, Mechanism::a, "foo:bar/baz.example", 32, 128},
      {"a:%{l1r+/}/24", Verdict::pass, Mechanism::a, "%{l1r+/}", 24, 128},
      {"a:%%/8", Verdict::pass, Mechanism::a, "%%", 8, 128},
      {"mx", Verdict::pass, Mechanism::mx, "", 32, 128},
      {"mx:a-1.b-2.x--y/1", Verdict::pass, Mechanism::mx, "a-1.b-2.x--y", 1, 128},
      {"ptr", Verdict::pass, Mechanism::ptr, "", 32, 128},
      {"ptr:a.example", Verdict::pass, Mechanism::ptr, "a.example", 32, 128},
      {"exists:%{i}._e.%{d2}", Verdict::pass, Mechanism::exists, "%{i}._e.%{d2}", 32, 128},
      {"-include:_spf.a.example", Verdict::fail, Mechanism::include, "_spf.a.example", 32, 128},
      {"ip4:192.0.2.0/24", Verdict::pass, Mechanism::ip4, "", 24, 128},
      {"ip6:2001:db8::/32", Verdict::pass, Mechanism::ip6, "", 32, 32},
      {"ip6:::ffff:192.0.2.1", Verdict::pass, Mechanism::ip6, "", 32, 128},
  };
  for (const auto& row : rows) {
    CAPTURE(row.term);
    const auto record = parsed("v=spf1 " + std::string(row.term));
    const auto& directive = only(record);
    CHECK(directive.text == row.term);
    CHECK(directive.verdict == row.verdict);
    CHECK(directive.mechanism == row.mechanism);
    CHECK(directive.domain.text == row.domain);
    CHECK(directive.prefix4 == row.prefix4);
    CHECK(directive.prefix6 == row.prefix6);
    CHECK(parse_record(to_string(record)) == record);
  }
}

TEST_CASE("modifiers, in any place and any case") {
  const auto record =
      parsed("v=spf1  Redirect=a.example EXP=%{d}.b.example moo.cow-far_out=man:dog/cat a x=  ");
  CHECK(record.redirect->text == "a.example");
  CHECK(record.explanation->text == "%{d}.b.example");
  REQUIRE(record.others.size() == 2);
  CHECK(record.others[0].name == "moo.cow-far_out");
  CHECK(record.others[0].value.text == "man:dog/cat");
  CHECK(record.others[1].value.text.empty());
  CHECK(only(record).mechanism == Mechanism::a);
  CHECK(parse_record(to_string(record)) == record);
  CHECK(parsed("v=spf1").directives.empty());
}

TEST_CASE("what is wrong with a record, and where") {
  struct Row {
    std::string_view text;
    std::string_view want;
  };

  const std::vector<Row> rows = {
      {"v=spf2 all", "does not begin with \"v=spf1\", at 0"},
      {"v=spf1 ip4:192.0.2.1 moo", "\"moo\": no such mechanism, at 21"},
      {"v=spf1 -moo", "\"-moo\": no such mechanism, at 8"},
      {"v=spf1 -", "\"-\": no such mechanism, at 8"},
      {"v=spf1 --all", "\"--all\": no such mechanism, at 8"},
      {"v=spf1 all.", "\"all.\": no such mechanism, at 7"},
      {"v=spf1 all:x", "\"all:x\": nothing may follow this mechanism, at 10"},
      {"v=spf1 all/8", "\"all/8\": nothing may follow this mechanism, at 10"},
      {"v=spf1\ta", "does not begin with \"v=spf1\", at 0"},
      {"v=spf1 a:\tx.example", "\"a:?x.example\": a character that may not stand here, at 9"},
      {"v=spf1 a\tmx", "\"a?mx\": no such mechanism, at 7"},
      {"v=spf1 a: -all", "\"a:\": no domain: it must end in a dot and a top-level name, or in a "
                         "macro, at 9"},
      {"v=spf1 a:museum", "\"a:museum\": no domain: it must end in a dot and a top-level name, or "
                          "in a macro, at 9"},
      {"v=spf1 include", "\"include\": a domain is missing, at 14"},
      {"v=spf1 exists/8", "\"exists/8\": a domain is missing, at 13"},
      {"v=spf1 ptr/8", "\"ptr/8\": a domain is missing, at 10"},
      {"v=spf1 a/33", "\"a/33\": a length of a network that is not 0 to 32, at 8"},
      {"v=spf1 a//129", "\"a//129\": a length of a network that is not 0 to 128, at 9"},
      {"v=spf1 a/24/64", "\"a/24/64\": a length of a network that is not 0 to 32, at 11"},
      {"v=spf1 a/024", "\"a/024\": a length of a network that is not 0 to 32, at 8"},
      {"v=spf1 ip4", "\"ip4\": an address is missing, at 10"},
      {"v=spf1 ip4:192.0.2", "\"ip4:192.0.2\": not an IPv4 address, at 11"},
      {"v=spf1 ip4:192.0.2.1:25", "\"ip4:192.0.2.1:25\": not an IPv4 address, at 11"},
      {"v=spf1 ip4:192.0.2.01", "\"ip4:192.0.2.01\": not an IPv4 address, at 11"},
      {"v=spf1 ip4:192.0.2.1//32", "\"ip4:192.0.2.1//32\": not an IPv4 address, at 11"},
      {"v=spf1 ip4:192.0.2.1/", "\"ip4:192.0.2.1/\": not an IPv4 address, at 11"},
      {"v=spf1 ip4:2001:db8::1", "\"ip4:2001:db8::1\": not an IPv4 address, at 11"},
      {"v=spf1 ip6:192.0.2.1", "\"ip6:192.0.2.1\": not an IPv6 address, at 11"},
      {"v=spf1 ip6:fe80::1%eth0", "\"ip6:fe80::1%eth0\": not an IPv6 address, at 11"},
      {"v=spf1 redirect:a.example", "\"redirect:a.example\": no such mechanism, at 7"},
      {"v=spf1 redirect=",
       "\"redirect=\": no domain: it must end in a dot and a top-level name, or "
       "in a macro, at 16"},
      {"v=spf1 redirect=a.example redirect=a.example",
       "\"redirect=a.example\": a modifier that may stand once only, at 26"},
      {"v=spf1 exp=a.example Exp=a.example",
       "\"Exp=a.example\": a modifier that may stand once only, at 21"},
      {"v=spf1 1up=foo", "\"1up=foo\": no such mechanism, at 7"},
      {"v=spf1 =all", "\"=all\": no such mechanism, at 7"},
      {"v=spf1 foo=%abc",
       "\"foo=%abc\": \"%\" must be followed by \"{\", \"%\", \"_\" or \"-\", at 11"},
      {"v=spf1 exists:%{x}.example", "\"exists:%{x}.example\": no such macro, at 14"},
      {"v=spf1 exists:%{c}.example",
       "\"exists:%{c}.example\": a macro for explanations only, at 14"},
      {"v=spf1 a:\xc3\xbc.example", "\"a:??.example\": a character that may not stand here, at 9"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.want);
  }
  CHECK(error_of(std::string_view("v=spf1 a:a.example\0", 19)) ==
        "\"a:a.example?\": a character that may not stand here, at 18");
}

TEST_CASE("records of any size are read in time that their size explains") {
  std::string large = "v=spf1";
  while (large.size() < 65'000) large += " include:_spf.a.example";
  CHECK(parsed(large).directives.size() == (large.size() - 6) / 23);
  CHECK(error_of("v=spf1 a:" + std::string(10'000, 'x')).size() < 250);
  CHECK(parsed("v=spf1 a:" + std::string(10'000, 'x') + ".example").directives.size() == 1);
  CHECK(error_of("v=spf1 " + std::string(60'000, '-')).find("no such mechanism") !=
        std::string::npos);
  std::string spaces = "v=spf1" + std::string(60'000, ' ') + "all";
  CHECK(parsed(spaces).directives.size() == 1);
}

TEST_CASE("networks") {
  struct Row {
    std::string_view ip;
    std::string_view network;
    unsigned prefix;
    bool want;
  };

  const std::vector<Row> rows = {
      {"192.0.2.4", "192.0.2.5", 32, false},
      {"192.0.2.4", "192.0.2.5", 31, true},
      {"192.0.2.4", "193.0.2.4", 8, false},
      {"192.0.2.4", "193.0.2.4", 7, true},
      {"192.0.2.4", "1.1.1.1", 0, true},
      {"192.0.2.4", "192.0.2.255", 24, true},
      {"192.0.2.4", "::", 0, false},
      {"::1", "0.0.0.0", 0, false},
      {"2001:db8::1", "2001:db8::2", 126, true},
      {"2001:db8::1", "2001:db8::2", 127, false},
      {"2001:db8::1", "2001:db8::2", 128, false},
      {"2001:db8::1", "2001:db8::1", 128, true},
      {"cafe:babe:8000::", "cafe:babe:8000::", 33, true},
      {"cafe:babe:0::", "cafe:babe:8000::", 33, false},
  };
  const auto parse = [](std::string_view text) {
    return text.find(':') == std::string_view::npos ? *parse_ip4(text) : *parse_ip6(text);
  };
  for (const auto& row : rows) {
    CAPTURE(row.ip, row.network, row.prefix);
    CHECK(in_network(parse(row.ip), parse(row.network), row.prefix) == row.want);
  }
}
