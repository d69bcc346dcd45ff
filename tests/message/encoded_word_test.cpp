#include "message/encoded_word.h"
#include "support/catch.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using namespace std::string_literals;

namespace {

struct Row {
  std::string_view text;
  std::string_view want;
};

const std::vector<Row> rows = {
    {"", ""},
    {"plain", "plain"},
    // RFC 2047 section 8.
    {"=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"},
    {"=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld J\xc3\xb8rn Simonsen"},
    {"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xc3\xa9 Pirard"},
    {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= "
     "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
     "If you can read this you understand the example."},
    {"(=?ISO-8859-1?Q?a?=)", "(a)"},
    {"(=?ISO-8859-1?Q?a?= b)", "(a b)"},
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"},
    {"(=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=)", "(ab)"},
    {"(=?ISO-8859-1?Q?a_b?=)", "(a b)"},
    {"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"},
    // RFC 2231 section 5.
    {"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"},
    // Case, and the ends of words.
    {"=?utf-8?q?=c3=a4?=", "\xc3\xa4"},
    {"=?UTF-8?b?w6Q=?=", "\xc3\xa4"},
    {"=?utf-8?q?a_?= b", "a  b"},
    {"=?utf-8?q?_a_?=", " a "},
    {"=?utf-8?q?\?=", ""},
    {"=?utf-8?b?\?= a", " a"},
    {"=?utf-8?q?=3F=3D?=", "?="},
    {"=?utf-8?q?a?=x=?utf-8?q?b?=", "axb"},
    {"=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
    // A character in two words of one charset, and of two.
    {"=?utf-8?q?=C3?= =?UTF-8?q?=A4?=", "\xc3\xa4"},
    {"=?utf-8?b?ww==?= =?utf-8?b?pA==?=", "\xc3\xa4"},
    {"=?utf-8?q?=C3?= =?iso-8859-1?q?=A4?=", "\xef\xbf\xbd\xc2\xa4"},
    {"=?utf-8?q?=C3?= x =?utf-8?q?=A4?=", "\xef\xbf\xbd x \xef\xbf\xbd"},
    // Charsets.
    {"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
    {"=?gb2312?B?xOO6ww==?=", "\xe4\xbd\xa0\xe5\xa5\xbd"},
    {"=?koi8-r?Q?=F0=D2=C9?=", "\xd0\x9f\xd1\x80\xd0\xb8"},
    {"=?windows-1251?Q?=CF=F0=E8?=", "\xd0\x9f\xd1\x80\xd0\xb8"},
    {"=?utf-7?Q?+AOQ-?=", "\xc3\xa4"},
    {"=?x-nobody-knows?Q?a=E4?=", "a\xc3\xa4"},
    {"=?us-ascii?Q?=C3=A4?=", "\xc3\xa4"},
    // Not allowed, and yet what it means is clear.
    {"=?utf-8?q?a b?=", "a b"},
    {"=?utf-8?q?a_=?=", "a ="},
    {"=?utf-8?q?_=_?=", " = "},
    {"=?utf-8?q?=4?=", "=4"},
    {"=?utf-8?q?=zz?=", "=zz"},
    {"=?utf-8?b?w6Q?=", "\xc3\xa4"},
    {"=?utf-8?b?w 6!Q=?=", "\xc3\xa4"},
    // No encoded words.
    {"=?", "=?"},
    {"=?=", "=?="},
    {"=?\?q?a?=", "=?\?q?a?="},
    {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
    {"=?utf-8?q", "=?utf-8?q"},
    {"=?utf-8?q?", "=?utf-8?q?"},
    {"=?utf-8?q?a?", "=?utf-8?q?a?"},
    {"=?utf-8?qq?a?=", "=?utf-8?qq?a?="},
    {"=? utf-8?q?a?=", "=? utf-8?q?a?="},
    {"=?=?utf-8?q?a?=", "=?a"},
    // Bytes above 127.
    {"\xc3\xa4 \xe4", "\xc3\xa4 \xc3\xa4"},
    {"\xe4 =?utf-8?q?=C3=A4?=", "\xc3\xa4 \xc3\xa4"},
};

} // namespace

TEST_CASE("encoded words are decoded") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(decode_words(row.text) == row.want);
  }
}

TEST_CASE("an encoded word may be cut between any two bytes") {
  const std::string text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7 z";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const auto b = [](const std::string& s) {
      return "=?utf-8?b?" + mox::text::base64_encode(s) + "?=";
    };
    CHECK(decode_words(b(text.substr(0, at)) + " " + b(text.substr(at))) == text);
  }
}

TEST_CASE("NULs in encoded words come through") {
  CHECK(decode_words("=?utf-8?q?a=00b?=") == "a\0b"s);
  CHECK(decode_words("a\0b"s) == "a\0b"s);
}

TEST_CASE("hostile encoded words take little time and give UTF-8") {
  for (const std::string_view piece : {"=?", "=?utf-8?q?", "=?utf-8?q?=?= ", "?=",
                                       "=?utf-16?b?2A==?=", "=?x?b?\?=", "=?a?q?=FF?= "}) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    CAPTURE(piece);
    const auto decoded = decode_words(text);
    CHECK(mox::text::is_utf8(decoded));
    CHECK(decoded.size() <= 3 * text.size());
  }
}
