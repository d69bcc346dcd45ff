#include "spf/macro.h"
#include "support/catch.h"
#include "text/ascii.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace mox::spf;

namespace {

// The example of RFC 7208 section 7.4.
MacroValues example() {
  return {.local = "strong-bad",
          .origin = "email.example.com",
          .domain = "email.example.com",
          .ip = *parse_ip4("192.0.2.3"),
          .validated = "mx.example.org",
          .helo = "mx.example.org",
          .receiver = "mx.example.net",
          .time = 1767225600};
}

MacroString macros(std::string_view text, MacroPlace place = MacroPlace::domain) {
  auto parsed = parse_macros(text, place);
  if (!parsed) FAIL(parsed.error().text);
  return *std::move(parsed);
}

std::string target(std::string_view text, const MacroValues& values) {
  return expand_target(macros(text), values);
}

std::string explained(std::string_view text, const MacroValues& values) {
  return expand_explanation(macros(text, MacroPlace::explanation), values).value_or("(none)");
}

} // namespace

TEST_CASE("macros expand as in the examples of RFC 7208 section 7.4") {
  struct Row {
    std::string_view text;
    std::string_view want;
  };

  const std::vector<Row> rows = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"%{p2}.%{h}", "example.org.mx.example.org"},
      {"%{d128}", "email.example.com"},
      {"%{d99999999999999999999}", "email.example.com"},
      {"%%%_%-.a.example", "% %20.a.example"},
      {"a.example.", "a.example"},
  };
  const auto values = example();
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(target(row.text, values) == row.want);
  }
  auto v6 = values;
  v6.ip = *parse_ip6("2001:db8::cb01");
  // Names have no case: the RFC writes the nibbles in lower case.
  CHECK(text::lower(target("%{ir}.%{v}._spf.%{d2}", v6)) ==
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST_CASE("delimiters are a set, and parts may be empty") {
  auto values = example();
  values.local = "foo-bar+zip+quux";
  CHECK(target("%{l2r+-}.x.example", values) == "bar.foo.x.example");
  CHECK(target("%{l+}.x.example", values) == "foo-bar.zip.quux.x.example");
  values.local = "a..b-";
  CHECK(target("%{l.-}.x.example", values) == "a..b..x.example");
  CHECK(target("%{l1-}.x.example", values) == ".x.example");
  values.local = "a/b,c_d=e";
  CHECK(target("%{lr/,_=}.x.example", values) == "e.d.c.b.a.x.example");
}

TEST_CASE("upper case escapes what URLs cannot have, after the transformers") {
  auto values = example();
  values.local = "~jack&jill=up-a_b3.c";
  CHECK(explained("http://example.com/why.html?l=%{L}", values) ==
        "http://example.com/why.html?l=~jack%26jill%3Dup-a_b3.c");
  CHECK(explained("%{L2r=}", values) == "up-a_b3.c.~jack%26jill");
  CHECK(explained("%{S}", values) == "~jack%26jill%3Dup-a_b3.c%40email.example.com");
  // Characters of several bytes are escaped byte by byte, and so are ASCII.
  values.local = "j\xc3\xbcrgen";
  CHECK(explained("%{L}", values) == "j%C3%BCrgen");
}

TEST_CASE("c, r and t stand in explanations only") {
  const auto values = example();
  CHECK(explained("%{c} to %{r} at %{t}", values) == "192.0.2.3 to mx.example.net at 1767225600");
  for (const char letter : {'c', 'r', 't', 'C', 'R', 'T'}) {
    const auto text = std::string("%{") + letter + "}.a.example";
    CAPTURE(text);
    CHECK(!parse_macros(text, MacroPlace::domain));
    CHECK(!parse_macros(text, MacroPlace::modifier));
    CHECK(parse_macros(text, MacroPlace::explanation));
  }
  auto v6 = values;
  v6.ip = *parse_ip6("CAFE:BABE::1");
  CHECK(explained("%{c} is queried as %{ir}.%{v}.arpa", v6) ==
        "cafe:babe::1 is queried as "
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.E.B.A.B.E.F.A.C.ip6.arpa");
}

TEST_CASE("what is no macro string") {
  for (const std::string_view text :
       {"%", "%x", "%(d)", "%{", "%{}", "%{d", "%{dx}", "%{d0}", "%{d2x}", "%{dr2}", "%{d.r}",
        "%{d}%", "%{dd}", "%{d2r-", "\x7f", "\t", "\xc3\xbc"}) {
    CAPTURE(text);
    CHECK(!parse_macros(text, MacroPlace::explanation));
    CHECK(!parse_macros(text, MacroPlace::modifier));
  }
  CHECK(parse_macros("a b", MacroPlace::explanation));
  CHECK(!parse_macros("a b", MacroPlace::modifier));
  CHECK(parse_macros("", MacroPlace::explanation));
  CHECK(parse_macros("", MacroPlace::modifier));
}

TEST_CASE("a domain-spec ends in a macro or in a top-level name (RFC 7208 section 7.1)") {
  struct Row {
    std::string_view text;
    bool want;
  };

  const std::vector<Row> rows = {
      {"", false},
      {"museum", false},
      {"museum.", false},
      {".museum", true},
      {"a.museum.", true},
      {"a.museum..", false},
      {"a.123", false},
      {"a.1a", true},
      {"a.-com", false},
      {"a.com-", false},
      {"a.c-m", true},
      {"a.1-2", true},
      {"a.c_m", false},
      {"%{d}", true},
      {"%{d}.", false},
      {"%{d}com", false},
      {"%{d}.com", true},
      {"a%%", true},
      {"a..com", true},
      {"a.com:80", false},
      {"a:80.com", true},
      {"111.222.33.44", false},
      {"a.xn--zckzah", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_macros(row.text, MacroPlace::domain).has_value() == row.want);
  }
}

TEST_CASE("a long name is cut from the left, by labels (RFC 7208 section 7.3)") {
  const auto values = example();
  const auto label = std::string(49, 'x') + '.';
  std::string five = label + label + label + label + label; // 250
  CHECK(target(five + "ab", values) == five + "ab");
  CHECK(target(five + "abc", values) == five + "abc");
  CHECK(target(five + "abcd", values) == label + label + label + label + "abcd");
  CHECK(target(five + "abc.", values) == five + "abc");
  CHECK(target("y." + five + "abc", values) == five + "abc");
  CHECK(target(std::string(300, 'x') + ".abc", values) == "abc");
  CHECK(target(std::string(300, 'x') + "%{d1}", values).empty());
}

TEST_CASE("a thousand macros come to no more than is needed") {
  auto values = example();
  values.local = std::string(128, 'l') + "." + std::string(128, 'm');
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "%{s}";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(target(many, values).size() <= target_limit);
  CHECK(target(many, values).ends_with(".example.com"));
  CHECK(explained(many, values).size() == explanation_limit);
  std::string different;
  for (int i = 1; i < 10'000; ++i) different += "%{s" + std::to_string(i) + "r-}";
  CHECK(target(different, values).size() <= target_limit);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("an explanation is printable ASCII or nothing (RFC 7208 section 6.2)") {
  auto values = example();
  values.local = "a b";
  CHECK(explained("%{l} may not", values) == "a b may not");
  values.local = "j\xc3\xbcrgen";
  CHECK(explained("%{l} may not", values) == "(none)");
  values.local = "a\r\nb";
  CHECK(explained("%{l} may not", values) == "(none)");
}
