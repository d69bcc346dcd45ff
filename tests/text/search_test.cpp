#include "support/catch.h"
#include "text/search.h"
#include "text/utf8.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using text::Needle;
using text::StreamSearch;

namespace {

bool in_pieces(const Needle& needle, std::string_view s, std::size_t size) {
  StreamSearch search(needle);
  for (; !s.empty(); s.remove_prefix(std::min(size, s.size())))
    if (search.feed(s.substr(0, size))) return true;
  return search.finish();
}

bool naive(std::string_view needle, std::string_view s) {
  return text::casefold(s).find(text::casefold(needle)) != std::string::npos;
}

} // namespace

TEST_CASE("search disregards case") {
  struct Row {
    const char* name;
    std::string needle, text;
    bool want;
  };

  const std::vector<Row> rows = {
      {"empty needle", "", "abc", true},
      {"both empty", "", "", true},
      {"empty text", "a", "", false},
      {"whole text", "abc", "ABC", true},
      {"longer than text", "abcd", "abc", false},
      {"at the start", "HELLO", "hello, world of mail", true},
      {"in the middle", "wORLD", "hello, world of mail", true},
      {"at the end", "mail", "hello, world of MAIL", true},
      {"one byte", "z", "hello, world of maiZ", true},
      {"one byte absent", "z", "hello, world of mail", false},
      {"at sign is not grave accent", "a@b", "a`b a`b a`b a`b", false},
      {"bracket is not brace", "[x]", "{x} {x} {x} {x} {x}", false},
      {"digits", "2026", "on 1 May 2026", true},
      {"NUL", std::string("\0x", 2), std::string("abc\0Xdefghijk", 13), true},
      {"umlaut", "\xC3\x84rger",
       "gro\xC3\x9F"
       "er \xC3\xA4RGER hier",
       true},
      {"sharp s", "STRASSE",
       "in der Stra\xC3\x9F"
       "e hier",
       true},
      {"Kelvin sign", "kelvin",
       "300 \xE2\x84\xAA"
       "elvin",
       true},
      {"ligature", "office",
       "o\xEF\xAC\x83"
       "ce",
       true},
      {"Cyrillic", "\xD0\xBF\xD1\x80\xD0\xB8", "\xD0\x9F\xD0\xA0\xD0\x98", true},
      {"malformed", "\xFF", "a\xFE", true},
      {"malformed absent", "\xFF", "abc", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const Needle needle(row.needle);
    CHECK(needle.in(row.text) == row.want);
    CHECK(naive(row.needle, row.text) == row.want);
    for (const std::size_t size : {1u, 2u, 3u, 5u, 8u}) {
      CAPTURE(size);
      CHECK(in_pieces(needle, row.text, size) == row.want);
    }
  }
}

TEST_CASE("search finds the same as the plain way does") {
  std::mt19937 random(20260601);
  const std::vector<std::string> letters = {"a",
                                            "A",
                                            "b",
                                            "B",
                                            " ",
                                            "@",
                                            "`",
                                            "\xC3\xA4",
                                            "\xC3\x84",
                                            "\xC3\x9F",
                                            "s",
                                            "S",
                                            "\xE2\x84\xAA",
                                            "k",
                                            "\xFF",
                                            "\xE2\x82"};
  const auto make = [&](std::size_t size, std::size_t kinds) {
    std::string s;
    for (std::size_t i = 0; i < size; ++i) s += letters[random() % kinds];
    return s;
  };
  for (int round = 0; round < 20000; ++round) {
    const auto kinds = round % 2 == 0 ? std::size_t(5) : letters.size();
    const auto s = make(random() % 60, kinds);
    const auto n = make(random() % 6, kinds);
    const Needle needle(n);
    const bool want = naive(n, s);
    if (needle.in(s) != want || in_pieces(needle, s, 1 + random() % 7) != want)
      FAIL("needle " << text::repair_utf8(n) << " text " << text::repair_utf8(s) << " round "
                     << round);
  }
}

TEST_CASE("search of large texts, across the portions that are looked at") {
  const Needle needle("Needle in the hay");
  std::string hay;
  while (hay.size() < 100'000) hay += "needle in thehay ";
  CHECK_FALSE(needle.in(hay));
  CHECK_FALSE(in_pieces(needle, hay, 57));
  for (const std::size_t place : {std::size_t(0), std::size_t(8170), std::size_t(8180),
                                  std::size_t(8192), std::size_t(16380), hay.size()}) {
    CAPTURE(place);
    auto with = hay;
    with.insert(place, "NEEDLE IN THE HAY");
    CHECK(needle.in(with));
    CHECK(in_pieces(needle, with, 57));
    with.insert(0, "\xC3\xA9");
    CHECK(needle.in(with));
    CHECK(in_pieces(needle, with, 1000));
  }
}

TEST_CASE("a needle longer than the portions") {
  const std::string half(20'000, 'x');
  const Needle needle(half + "Y" + half);
  const std::string hay = half + "x" + half + "y" + half + "x";
  CHECK(needle.in(hay));
  CHECK(in_pieces(needle, hay, 100));
  CHECK_FALSE(needle.in(half + half + half));
}

TEST_CASE("text that nearly matches everywhere takes no more than linear time") {
  // By the product of the sizes this would be 10^11 steps, and never end.
  const std::string as(50'000, 'a');
  const Needle needle(as + "b" + as);
  std::string hay;
  for (int i = 0; i < 40; ++i) hay += std::string(49'999, 'a') + "b";
  CHECK_FALSE(needle.in(hay));
  CHECK(needle.in(hay + as + "b" + as));
}

TEST_CASE("a stream search starts anew after its end") {
  const Needle needle("ab");
  StreamSearch search(needle);
  CHECK_FALSE(search.feed("xa"));
  CHECK_FALSE(search.finish());
  CHECK_FALSE(search.feed("b"));
  CHECK_FALSE(search.finish());
  CHECK_FALSE(search.feed("a"));
  search.feed("b");
  CHECK(search.finish());
  CHECK_FALSE(search.finish());
}
