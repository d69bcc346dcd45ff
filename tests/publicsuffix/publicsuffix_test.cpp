#include "publicsuffix/publicsuffix.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

dns::Name name(std::string_view text) {
  auto parsed = dns::parse_name(text, {.underscore = true});
  REQUIRE(parsed.has_value());
  return *parsed;
}

struct Row {
  std::string_view name;
  std::string_view suffix;
  std::string_view registrable; // empty: none
};

// Rules that the published list had for long.
const std::vector<Row> rows = {
    {"com", "com", ""},
    {"example.com", "com", "example.com"},
    {"a.b.example.com", "com", "example.com"},
    {"_dmarc.example.com", "com", "example.com"},
    {"co.uk", "co.uk", ""},
    {"www.example.co.uk", "co.uk", "example.co.uk"},
    // A wildcard rule with an exception.
    {"www.ck", "ck", "www.ck"},
    {"any.ck", "any.ck", ""},
    {"a.any.ck", "any.ck", "a.any.ck"},
    // Companies with names of others below theirs.
    {"me.github.io", "github.io", "me.github.io"},
    // Not listed.
    {"example", "example", ""},
    {"host.example", "example", "host.example"},
    {"localhost", "localhost", ""},
    // U-labels are A-labels in a name.
    {"食狮.公司.cn", "xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
};

} // namespace

TEST_CASE("public suffix: suffixes and what is registered below them") {
  const auto list = publicsuffix::List::built_in();
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto asked = name(row.name);
    CHECK(list.public_suffix(asked).ascii() == row.suffix);
    CHECK(list.is_public_suffix(asked) == row.registrable.empty());
    const auto registrable = list.registrable(asked);
    CHECK((registrable ? registrable->ascii() : "") == row.registrable);
    CHECK(list.organizational(asked).ascii() ==
          (row.registrable.empty() ? asked.ascii() : row.registrable));
  }
}

TEST_CASE("public suffix: the empty name") {
  const auto list = publicsuffix::List::built_in();
  CHECK(list.public_suffix({}).empty());
  CHECK_FALSE(list.registrable({}).has_value());
  CHECK(list.organizational({}).empty());
  CHECK_FALSE(list.is_public_suffix({}));
}

TEST_CASE("public suffix: a list from text") {
  const auto list = publicsuffix::List::parse("// comment\ntest\n*.wild.test\n!not.wild.test\n");
  REQUIRE(list.has_value());
  CHECK(list->organizational(name("a.b.test")).ascii() == "b.test");
  CHECK(list->organizational(name("a.b.c.wild.test")).ascii() == "b.c.wild.test");
  CHECK(list->organizational(name("a.not.wild.test")).ascii() == "not.wild.test");
  CHECK(list->organizational(name("www.example.co.uk")).ascii() == "co.uk"); // not listed here
}

TEST_CASE("public suffix: text that is no list") {
  CHECK_FALSE(publicsuffix::List::parse("").has_value());
  CHECK_FALSE(publicsuffix::List::parse("// nothing\n\n").has_value());
}
