#include "dns/name.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using dns::Name;
using dns::parse_name;

namespace {

Name name(std::string_view text, dns::NameRules rules = {.underscore = true}) {
  CAPTURE(text);
  const auto parsed = parse_name(text, rules);
  REQUIRE(parsed);
  return *parsed;
}

} // namespace

TEST_CASE("names are read into one form") {
  struct Row {
    const char* name;
    std::string_view input, ascii, unicode;
  };

  const std::vector<Row> rows = {
      {"plain", "example.org", "example.org", "example.org"},
      {"case", "Example.ORG", "example.org", "example.org"},
      {"one label", "localhost", "localhost", "localhost"},
      {"digits", "123.4", "123.4", "123.4"},
      {"two hyphens inside", "c--n.com", "c--n.com", "c--n.com"},
      {"U-label",
       "b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example",
       "b\xC3\xBC"
       "cher.example"},
      {"U-label, capital",
       "B\xC3\x9C"
       "CHER.Example",
       "xn--bcher-kva.example",
       "b\xC3\xBC"
       "cher.example"},
      {"A-label", "XN--BCHER-KVA.example", "xn--bcher-kva.example",
       "b\xC3\xBC"
       "cher.example"},
      {"sharp s is kept (non-transitional)",
       "fa\xC3\x9F"
       ".de",
       "xn--fa-hia.de",
       "fa\xC3\x9F"
       ".de"},
      {"decomposed",
       "bu\xCC\x88"
       "cher.example",
       "xn--bcher-kva.example",
       "b\xC3\xBC"
       "cher.example"},
      {"ideographic full stop", "example\xE3\x80\x82org", "example.org", "example.org"},
      {"full width", "\xEF\xBC\xA5xample.org", "example.org", "example.org"},
      {"emoji A-label stays", "xn--i-7iq.ws", "xn--i-7iq.ws", "xn--i-7iq.ws"},
      {"U-label beside an A-label that stays", "xn--str-aeaoq.xn--bcher-kva",
       "xn--str-aeaoq.xn--bcher-kva", "xn--str-aeaoq.xn--bcher-kva"},
      {"A-label of ASCII stays", "xn--abc-.example", "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto parsed = parse_name(row.input);
    if (row.ascii.empty()) {
      CHECK_FALSE(parsed);
      continue;
    }
    REQUIRE(parsed);
    CHECK(parsed->ascii() == row.ascii);
    CHECK(parsed->unicode() == row.unicode);
    CHECK(name(parsed->unicode()) == *parsed);
  }
}

TEST_CASE("what is no name is refused") {
  const std::string label63(63, 'a');
  const std::string name253 = label63 + '.' + label63 + '.' + label63 + '.' + std::string(61, 'a');
  CHECK(parse_name(name253));
  CHECK(parse_name(label63 + ".example"));
  const std::vector<std::string> rows = {"",
                                         ".",
                                         "example.org.",
                                         ".example.org",
                                         "example..org",
                                         "-example.org",
                                         "example-.org",
                                         "exam ple.org",
                                         "exa_mple.org",
                                         "exa/mple",
                                         "[192.0.2.1]",
                                         "a@b",
                                         std::string("a\0b", 3),
                                         std::string("\xC3\xA9\0b", 4),
                                         label63 + "a.example",
                                         name253 + "a",
                                         "\xC3\xA9" + label63 + ".example",
                                         std::string(2000, 'a') + "\xC3\xA9",
                                         "\xFF.example",
                                         "xn--\x80.example",
                                         "xn--.example",
                                         "xn--a-\xC3\xA9.example",
                                         "xn--99999999999.example",
                                         "a\xE2\x80\x8E.example", // a mark of direction alone
                                         "\xEF\xBC\xA0.example"}; // full-width at sign
  for (const auto& row : rows) {
    CAPTURE(row);
    const auto parsed = parse_name(row);
    CHECK_FALSE(parsed);
    if (!parsed) CHECK(parsed.error().kind == ErrorKind::invalid);
  }
}

TEST_CASE("underscores and a trailing dot where they are asked for") {
  CHECK(name("_dmarc.Example.org").ascii() == "_dmarc.example.org");
  CHECK_FALSE(parse_name("_dmarc.example.org"));
  CHECK(name("example.org.", {.trailing_dot = true}).ascii() == "example.org");
  CHECK_FALSE(parse_name("example.org..", {.trailing_dot = true}));
  CHECK_FALSE(parse_name(".", {.trailing_dot = true}));
  CHECK(name("\xC3\xA9.example\xE3\x80\x82", {.trailing_dot = true}).ascii() == "xn--9ca.example");
  CHECK(name("_x.\xC3\xA9.example").ascii() == "_x.xn--9ca.example");
}

TEST_CASE("parents and descendants") {
  const auto www = name("www.example.org");
  CHECK(www.label_count() == 3);
  CHECK(www.parent() == name("example.org"));
  CHECK(name("org").parent().empty());
  CHECK(Name().label_count() == 0);
  CHECK(Name().parent().empty());
  CHECK(www.is_below(name("example.org")));
  CHECK(www.is_below(name("org")));
  CHECK(www.is_below(Name()));
  CHECK_FALSE(www.is_below(www));
  CHECK(www.is_same_or_below(www));
  CHECK_FALSE(Name().is_below(Name()));
  CHECK_FALSE(name("badexample.org").is_below(name("example.org")));
  CHECK_FALSE(name("example.org").is_below(www));
  CHECK(name("a.example") < name("b.example"));
}
