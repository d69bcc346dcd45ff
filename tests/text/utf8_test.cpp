#include "support/catch.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

struct Row {
  const char* name;
  std::string_view input;
  std::string_view want;
};

constexpr std::string_view bad = "\xEF\xBF\xBD"; // U+FFFD

std::string bads(int count) {
  std::string s;
  for (int i = 0; i < count; ++i) s += bad;
  return s;
}

} // namespace

TEST_CASE("well-formed UTF-8 is accepted and kept by repair") {
  for (const std::string_view s :
       {std::string_view(""), std::string_view("plain ASCII of more than eight bytes"),
        std::string_view("\0a", 2), std::string_view("\xC2\x80"), std::string_view("\xDF\xBF"),
        std::string_view("\xE0\xA0\x80"), std::string_view("\xED\x9F\xBF"),
        std::string_view("\xEE\x80\x80"), std::string_view("\xEF\xBF\xBF"),
        std::string_view("\xF0\x90\x80\x80"), std::string_view("\xF4\x8F\xBF\xBF"),
        std::string_view("seven..\xC3\xA9 and on"),
        std::string_view("Gr\xC3\xBC\xC3\x9F"
                         "e")}) {
    CAPTURE(s);
    CHECK(text::is_utf8(s));
    CHECK(text::repair_utf8(s) == s);
  }
}

TEST_CASE("malformed UTF-8 is refused, and repaired byte by byte (RFC 3629 section 3)") {
  struct Malformed {
    const char* name;
    std::string_view input;
    std::string want;
  };

  const std::vector<Malformed> rows = {
      {"continuation alone", "a\x80z", "a" + bads(1) + "z"},
      {"overlong two", "\xC0\x80", bads(2)},
      {"overlong two, highest", "\xC1\xBF", bads(2)},
      {"overlong three", "\xE0\x9F\xBF", bads(3)},
      {"overlong four", "\xF0\x8F\xBF\xBF", bads(4)},
      {"surrogate", "\xED\xA0\x80", bads(3)},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", bads(4)},
      {"lead F5", "\xF5\x80\x80\x80", bads(4)},
      {"lead FF", "\xFF", bads(1)},
      {"cut two", "\xC3", bads(1)},
      {"cut three", "\xE2\x82", bads(2)},
      {"cut four", "12345678\xF0\x9F\x98", "12345678" + bads(3)},
      {"third byte wrong", "\xE2\x82z", bads(2) + "z"},
      {"second byte wrong", "\xE2zz", bads(1) + "zz"},
      {"Latin-1", "caf\xE9 au lait", "caf" + bads(1) + " au lait"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK_FALSE(text::is_utf8(row.input));
    CHECK(text::repair_utf8(row.input) == row.want);
    CHECK(text::is_utf8(text::repair_utf8(row.input)));
  }
}

TEST_CASE("every character survives append and next") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    std::string s;
    text::append_utf8(s, c);
    std::string_view rest = s;
    if (!text::is_utf8(s) || text::next_utf8(rest) != c || !rest.empty())
      FAIL("U+" << std::hex << std::uint32_t(c));
  }
}

TEST_CASE("what is no character is appended as U+FFFD") {
  for (const char32_t c :
       {char32_t(0xD800), char32_t(0xDFFF), char32_t(0x110000), char32_t(0xFFFFFFFF)}) {
    std::string s;
    text::append_utf8(s, c);
    CHECK(s == bad);
  }
}

TEST_CASE("next takes one byte of malformed text") {
  std::string_view s = "\xE2\x82z";
  CHECK(text::next_utf8(s) == 0xFFFD);
  CHECK(text::next_utf8(s) == 0xFFFD);
  CHECK(text::next_utf8(s) == U'z');
  CHECK(s.empty());
}

TEST_CASE("cutting keeps characters whole") {
  const std::string_view s = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"; // 1 2 3 4 1
  const std::vector<std::size_t> want = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
  for (std::size_t size = 0; size < want.size(); ++size) {
    CAPTURE(size);
    CHECK(text::cut_utf8(s, size).size() == want[size]);
  }
  // Malformed text is cut anywhere.
  CHECK(text::cut_utf8("\x80\x80\x80\x80\x80\x80", 4).size() == 4);
  CHECK(text::cut_utf8("\xE2zzz", 1).size() == 1);
}

TEST_CASE("normal form C") {
  const std::vector<Row> rows = {
      {"ASCII", "abc", "abc"},
      {"composes", "e\xCC\x81", "\xC3\xA9"},
      {"composed already", "\xC3\xA9", "\xC3\xA9"},
      {"order of marks", "q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87"},
      {"Hangul", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"},
      {"malformed is repaired", "\xFF", bad},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(text::nfc(row.input) == row.want);
  }
}

TEST_CASE("case folding and lower case") {
  struct Case {
    const char* name;
    std::string_view input, folded, lowered;
  };

  const std::vector<Case> rows = {
      {"ASCII", "MiXed 1", "mixed 1", "mixed 1"},
      {"sharp s",
       "Stra\xC3\x9F"
       "e",
       "strasse",
       "stra\xC3\x9F"
       "e"},
      {"umlaut", "\xC3\x84", "\xC3\xA4", "\xC3\xA4"},
      {"Kelvin sign", "\xE2\x84\xAA", "k", "k"},
      {"final sigma", "\xCF\x82\xCE\xA3", "\xCF\x83\xCF\x83", "\xCF\x82\xCF\x83"},
      {"malformed is repaired", "A\xFF", "a\xEF\xBF\xBD", "a\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(text::casefold(row.input) == row.folded);
    CHECK(text::lower_utf8(row.input) == row.lowered);
  }
}
