#include "dkim/tag_list.h"
#include "support/catch.h"

#include <fmt/format.h>

using namespace mox;
using namespace mox::dkim;

TEST_CASE("a list of tags is taken apart") {
  const std::string_view text = "v=1; a = rsa-sha256;\r\n\tb=\r\n abc def \r\n\t;_=x";
  CHECK_FALSE(parse_tag_list(text)); // a name begins with a letter
  const std::string_view right =
      "v=1; a = rsa-sha256;\r\n\tb=\r\n abc def \r\n\t; e=;A_1=x=y;\r\n ";
  const auto tags = parse_tag_list(right);
  REQUIRE(tags);
  CHECK(tags->tags().size() == 5);
  CHECK(tags->value("v") == "1");
  CHECK(tags->value("a") == "rsa-sha256");
  CHECK(tags->value("b") == "abc def");
  CHECK(tags->value("e") == "");
  CHECK(tags->value("A_1") == "x=y");
  CHECK_FALSE(tags->value("V"));
  const auto& b = *tags->find("b");
  CHECK(right.substr(b.begin, b.end - b.begin) == "\r\n abc def \r\n\t");
}

TEST_CASE("lists of tags that are wrong") {
  struct Row {
    std::string text;
    std::string why;
  };

  std::string many;
  for (int i = 0; i < 65; ++i) many += fmt::format("t{}=;", i);
  const Row rows[] = {
      {"", "no tags"},
      {" ", "is no tag"},
      {";", "is no tag"},
      {"v=1;;a=b", "is no tag"},
      {"v", "is no tag"},
      {"v=1; a", "\"a\" is no tag"},
      {"=1", "is no tag"},
      {"1=1", "is no tag"},
      {"a b=1", "is no tag"},
      {"a=1; a=2", "a= stands twice"},
      {"a=1; b=2; a=1", "a= stands twice"},
      {std::string("a=\0", 3), "control character"},
      {"a=x\x7f", "control character"},
      {"a=x\x01y", "control character"},
      {many, "more than 64 tags"},
      {"a=" + std::string(70'000, 'x'), "at most 65536 bytes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 60));
    const auto tags = parse_tag_list(row.text);
    REQUIRE_FALSE(tags);
    CAPTURE(tags.error().text);
    CHECK(tags.error().text.find(row.why) != std::string::npos);
  }
}

TEST_CASE("elements of lists, base64 and numbers in tags") {
  CHECK(split_list(" From : \r\n To:cc").value() ==
        std::vector<std::string_view>{"From", "To", "cc"});
  CHECK_FALSE(split_list(""));
  CHECK_FALSE(split_list("From::To"));
  CHECK_FALSE(split_list("From:"));
  CHECK(decode_base64("YW\r\n\tJj ZA = =").value() == "abcd");
  CHECK(decode_base64("YWJjZA").value() == "abcd");
  CHECK(decode_base64("").value().empty());
  CHECK_FALSE(decode_base64("Y"));
  CHECK_FALSE(decode_base64("YW*j"));
  CHECK_FALSE(decode_base64("YWJjZA===="));
  CHECK(parse_digits("0") == 0);
  CHECK(parse_digits("99999999999999999999999999") == ~std::uint64_t{0});
  CHECK_FALSE(parse_digits(""));
  CHECK_FALSE(parse_digits("-1"));
  CHECK_FALSE(parse_digits("1 2"));
}
