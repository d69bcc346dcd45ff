#include "message/address_list.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

std::string shown(const AddressList& list) {
  std::string all;
  for (const ListEntry& entry : list.entries) {
    if (!all.empty()) all += '|';
    switch (entry.kind) {
    case ListEntry::Kind::group_begin: all += entry.name + ":"; break;
    case ListEntry::Kind::group_end: all += ";"; break;
    case ListEntry::Kind::mailbox:
      all += entry.name + "<" + (entry.route.empty() ? "" : entry.route + ":") + entry.localpart +
             "@" + entry.domain + ">";
    }
  }
  return all;
}

struct Row {
  std::string_view text;
  std::string_view want;
  bool malformed = false;
};

const std::vector<Row> rows = {
    {"", ""},
    {" \r\n ", ""},
    {"a@b", "<a@b>"},
    {"a@b, c@d", "<a@b>|<c@d>"},
    {",, a@b,", "<a@b>"},
    {"A B <a@b>", "A B<a@b>"},
    {"A\r\n B <a@b>", "A B<a@b>"},
    {"\"A, B\" <a@b>", "A, B<a@b>"},
    {"\"A \\\"q\\\" \\\\\" <a@b>", "A \"q\" \\<a@b>"},
    {"Joe Q. Public <a@b>", "Joe Q. Public<a@b>"},
    {"=?utf-8?q?a?= =?utf-8?q?b?= <a@b>", "=?utf-8?q?a?= =?utf-8?q?b?=<a@b>"},
    {"\"a b\"@c", "<a b@c>"},
    {"<\"a@b\"@c>", "<a@b@c>"},
    {"a . b @ c . d", "<a.b@c.d>"},
    {"a@b (Name)", "Name<a@b>"},
    {"a@b (Na(m)e \\) x)", "Na(m)e ) x<a@b>"},
    {"(c) A (d) <a (e) @ (f) b> (g)", "A<a@b>"},
    {"<@r1,@r2:a@b>", "<@r1,@r2:a@b>"},
    {"N <@r:a@b>", "N<@r:a@b>"},
    {"a@[127.0.0.1]", "<a@[127.0.0.1]>"},
    {"a@[IPv6:::1], b@c", "<a@[IPv6:::1]>|<b@c>"},
    {"g: a@b, N <c@d>;, e@f", "g:|<a@b>|N<c@d>|;|<e@f>"},
    {"undisclosed recipients:;", "undisclosed recipients:|;"},
    {"g (c): (d);", "g:|;"},
    {"g: a@b; h: c@d;", "g:|<a@b>|;|h:|<c@d>|;"},
    {"\xc3\xa4@\xc3\xb6.example", "<\xc3\xa4@\xc3\xb6.example>"},
    {"<>", "<@>"},
    // What is not right is guessed.
    {"g: a@b", "g:|<a@b>|;"},
    {"g: h: a@b;", "g:|;|h:|<a@b>|;", true},
    {"name", "<name@>", true},
    {"name, a@b", "<name@>|<a@b>", true},
    {"<name>", "<name@>", true},
    {"<a@b", "<a@b>", true},
    {"<a@b, c@d", "<a@b>|<c@d>", true},
    {"A a@b", "A<a@b>", true},
    {"a@b c@d", "<a@b>", true},
    {"a@b> x, c@d", "<a@b>|<c@d>", true},
    {"A <a@b> B \"x,\" <c@d>, e@f", "A<a@b>|<e@f>", true},
    {"@b", "<@b>", true},
    {"a@", "<a@>", true},
    {"a@, c@d", "<a@>|<c@d>", true},
    {"> a@b )", "<a@b>", true},
    {"a@[1, b@c", "<a@[1>|<b@c>", true},
    {"<a@b@c>", "<a@b@c>"},
    {"\"open <a@b>", "<open <a@b>@>", true},
    {"(open <a@b>", ""},
    {";", ""},
};

} // namespace

TEST_CASE("addresses in header fields") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto list = parse_address_list(row.text);
    CHECK(shown(list) == row.want);
    CHECK(list.malformed == row.malformed);
  }
}

TEST_CASE("lists of one name are put together") {
  AddressList list;
  parse_address_list("a@b", list);
  parse_address_list("g: c@d", list);
  CHECK(shown(list) == "<a@b>|g:|<c@d>|;");
}

TEST_CASE("the first address") {
  CHECK(parse_address_list("x, g: A <a@b>;").first_address() == "a@b");
  CHECK(parse_address_list("x").first_address() == "");
}

TEST_CASE("a list of addresses has a limit") {
  std::string text;
  for (std::size_t i = 0; i < max_addresses + 10; ++i) text += "a@b,";
  const auto list = parse_address_list(text);
  CHECK(list.entries.size() == max_addresses);
  CHECK(list.malformed);
}

TEST_CASE("hostile lists take little time") {
  for (const std::string_view piece :
       {"(", "<", "\"", ":", ";", "@", "a ", ". ", "<@", "[", "\\", "a: "}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    CAPTURE(piece);
    CHECK(parse_address_list(text).entries.size() <= 2 * max_addresses);
  }
}
