#include "message/message_id.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using Ids = std::vector<std::string>;

namespace {

struct Row {
  std::string_view text;
  Ids want;
};

const std::vector<Row> rows = {
    {"", {}},
    {"<a@b>", {"a@b"}},
    {" <a@b>\r\n <c@d> ", {"a@b", "c@d"}},
    {"<A@B.Example>", {"a@b.example"}},
    {"<a@b><c@d>,<e@f>", {"a@b", "c@d", "e@f"}},
    {"<a@b> <a@b> <A@b>", {"a@b"}},
    {"<a (c) @ b>", {"a@b"}},
    {"< a@\r\n b >", {"a@b"}},
    {"<\"a.b\"@c>", {"a.b@c"}},
    {"<\"A B\"@c>", {"\"a b\"@c"}},
    {"<\"a\\\"b\"@c>", {"\"a\\\"b\"@c"}},
    {"<a@[127.0.0.1]>", {"a@[127.0.0.1]"}},
    {"<no-at-sign>", {"no-at-sign"}},
    {"<>", {}},
    {"<> <a@b>", {"a@b"}},
    // Obsolete, and against the rules.
    {"Your message of today \"<x@y>\" <a@b>", {"a@b"}},
    {"(<x@y>) <a@b>", {"a@b"}},
    {"<a@b <c@d>", {"a@b", "c@d"}},
    {"<a@b", {"a@b"}},
    {"a@b c@d, e", {"a@b", "c@d"}},
    {"word", {}},
};

} // namespace

TEST_CASE("message ids are read") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_message_ids(row.text) == row.want);
  }
}

TEST_CASE("a Message-ID may be any word") {
  CHECK(parse_message_ids(" word other", true) == Ids{"word"});
  CHECK(parse_message_ids("word <a@b>", true) == Ids{"a@b"});
  CHECK(parse_message_ids(" ", true).empty());
}

TEST_CASE("one id alone") {
  CHECK(canonical_message_id(" <A@b> ") == "a@b");
  CHECK(canonical_message_id("A@b") == "a@b");
  CHECK(canonical_message_id("<\"x\"@b>") == "x@b");
  CHECK(canonical_message_id("") == "");
  CHECK(canonical_message_id(std::string_view("<a\0@b>", 6)) == "a@b");
}

TEST_CASE("ids have a limit, and hostile ones take little time") {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "<" + std::to_string(i) + "@b> ";
  CHECK(parse_message_ids(many).size() == 1000);
  for (const std::string_view piece : {"<", "(", "\"", "<\"", "a@ ", "<a", ">", "\\"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    CAPTURE(piece);
    CHECK(parse_message_ids(text).size() <= 1000);
  }
}
