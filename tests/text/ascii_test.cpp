#include "support/catch.h"
#include "text/ascii.h"
#include "text/distance.h"
#include "text/secret.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace mox;

TEST_CASE("ASCII letters change case, other bytes do not") {
  CHECK(text::lower("AZaz09@[`{\xC3\x84") == "azaz09@[`{\xC3\x84");
  CHECK(text::upper("AZaz09@[`{\xC3\xA4") == "AZAZ09@[`{\xC3\xA4");
  CHECK(text::iequals("MaIl", "mAiL"));
  CHECK_FALSE(text::iequals("@", "`"));
  CHECK_FALSE(text::iequals("mail", "mai"));
  CHECK(text::istarts_with("FROM:<>", "from:"));
  CHECK_FALSE(text::istarts_with("fro", "from"));
}

TEST_CASE("numbers are plain digits that fit") {
  CHECK(text::parse_number<std::uint8_t>("255") == 255);
  CHECK(text::parse_number<std::uint32_t>("4294967295") == 4294967295u);
  for (const std::string_view s : {"", "256", "-1", "+1", " 1", "1 ", "0x1", "1a"}) {
    CAPTURE(s);
    CHECK_FALSE(text::parse_number<std::uint8_t>(s));
  }
}

TEST_CASE("trimming") {
  CHECK(text::trim(" \t\r\n a b \r\n") == "a b");
  CHECK(text::trim(" \t ").empty());
}

TEST_CASE("edit distance counts swaps as one") {
  CHECK(text::edit_distance("", "") == 0);
  CHECK(text::edit_distance("queue", "queue") == 0);
  CHECK(text::edit_distance("", "abc") == 3);
  CHECK(text::edit_distance("verifydata", "verfiydata") == 1);
  CHECK(text::edit_distance("lst", "list") == 1);
  CHECK(text::edit_distance("help", "heap") == 1);
  CHECK(text::edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("secrets are compared whole and wiped") {
  CHECK(text::equal_constant_time("", ""));
  CHECK(text::equal_constant_time("abc", "abc"));
  CHECK_FALSE(text::equal_constant_time("abc", "abd"));
  CHECK_FALSE(text::equal_constant_time("bbc", "abc"));
  CHECK_FALSE(text::equal_constant_time("abc", "abcd"));
  CHECK_FALSE(text::equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));

  std::string password = "a password of more than the small buffer";
  const char* const bytes = password.data();
  text::wipe(password);
  CHECK(password.empty());
  // Within the capacity, which the string still owns.
  REQUIRE(password.data() == bytes);
  CHECK(std::string_view(bytes, 40) == std::string(40, '\0'));

  text::Secret first(std::string("one"));
  text::Secret second(std::move(first));
  CHECK(second.view() == "one");
  first = std::move(second);
  CHECK(first.view() == "one");
}
