#include "message/charset.h"
#include "support/catch.h"
#include "text/utf8.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using namespace std::string_literals;

namespace {

struct Row {
  std::string_view charset;
  std::string bytes;
  std::string_view want;
};

const std::vector<Row> rows = {
    {"utf-8", "\xc3\xa4", "\xc3\xa4"},
    {"UTF8", "\xc3\xa4", "\xc3\xa4"},
    {" utf-8 ", "\xc3\xa4", "\xc3\xa4"},
    {"utf-8", "a\xe4z", "a\xef\xbf\xbdz"},
    {"utf-8", "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"utf-8", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"utf-8", "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"us-ascii", "a\xe4\x80", "a\xc3\xa4\xe2\x82\xac"},
    {"us-ascii", "\xc3\xa4", "\xc3\xa4"},
    {"", "\x93q\x94", "\xe2\x80\x9cq\xe2\x80\x9d"},
    {"nobody-knows", "\xe4", "\xc3\xa4"},
    {"iso-8859-1", "\xe4\x80", "\xc3\xa4\xe2\x82\xac"},
    {"iso-8859-2", "\xb9", "\xc5\xa1"},
    {"iso-8859-5", "\xbf", "\xd0\x9f"},
    {"iso-8859-7", "\xe1", "\xce\xb1"},
    {"iso-8859-8-i", "\xe0", "\xd7\x90"},
    {"iso-8859-9", "\xfe", "\xc5\x9f"},
    {"iso-8859-15", "\xa4", "\xe2\x82\xac"},
    {"windows-1250", "\x9a", "\xc5\xa1"},
    {"windows-1251", "\xcf", "\xd0\x9f"},
    {"cp1252", "\x80", "\xe2\x82\xac"},
    {"koi8-r", "\xf0", "\xd0\x9f"},
    {"koi8-u", "\xa4", "\xd1\x94"},
    {"macintosh", "\x8a", "\xc3\xa4"},
    {"ibm437", "\x84", "\xc3\xa4"},
    {"gb2312", "\xc4\xe3", "\xe4\xbd\xa0"},
    {"gbk", "\x81\x40", "\xe4\xb8\x82"},
    {"gb18030", "\x90\x30\x81\x30", "\xf0\x90\x80\x80"},
    {"hz-gb-2312", "~{Dc~}", "\xe4\xbd\xa0"},
    {"big5", "\xa7\x41", "\xe4\xbd\xa0"},
    {"shift_jis", "\x93\xfa", "\xe6\x97\xa5"},
    {"euc-jp", "\xc6\xfc", "\xe6\x97\xa5"},
    {"iso-2022-jp", "\x1b$BF|\x1b(B", "\xe6\x97\xa5"},
    {"euc-kr", "\xb0\xa1", "\xea\xb0\x80"},
    {"ks_c_5601-1987", "\xb0\xa1", "\xea\xb0\x80"},
    {"iso-2022-kr", "\x1b$)C\x0e\x30\x21\x0f", "\xea\xb0\x80"},
    {"tis-620", "\xa1", "\xe0\xb8\x81"},
    {"windows-1255", "\xe0", "\xd7\x90"},
    {"windows-1256", "\xc7", "\xd8\xa7"},
    {"windows-1258", "\xd0", "\xc4\x90"},
    {"utf-7", "+AOQ-", "\xc3\xa4"},
    {"utf-16be", "\0\xe4"s, "\xc3\xa4"},
    {"utf-16le", "\x3d\xd8\xe7\xdc", "\xf0\x9f\x93\xa7"},
    {"utf-16be", "\xd8\x3d", "\xef\xbf\xbd"},
    {"utf-32be", "\0\x01\xf4\xe7"s, "\xf0\x9f\x93\xa7"},
};

std::string in_pieces(const Row& row, std::size_t size) {
  CharsetDecoder decoder(row.charset);
  std::string utf8;
  for (std::size_t at = 0; at < row.bytes.size(); at += size)
    decoder.feed(std::string_view(row.bytes).substr(at, size), utf8);
  decoder.finish(utf8);
  return utf8;
}

} // namespace

TEST_CASE("text is converted from its charset, however it is cut") {
  for (const Row& row : rows) {
    CAPTURE(row.charset, row.bytes);
    CHECK(to_utf8(row.bytes, row.charset) == row.want);
    for (const std::size_t size : {1UL, 2UL, 3UL}) CHECK(in_pieces(row, size) == row.want);
  }
}

TEST_CASE("long text is converted in pieces of any size") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "\xd8\x3d\xdc\xe7";
  std::string want;
  for (int i = 0; i < 3000; ++i) want += "\xf0\x9f\x93\xa7";
  const Row row{"utf-16be", text, want};
  for (const std::size_t size : {1UL, 3UL, 1023UL, 100'000UL}) CHECK(in_pieces(row, size) == want);
}

TEST_CASE("charsets are known or not") {
  for (const auto name : {"utf-8", "us-ascii", "ISO-8859-1", "gb2312", "x-sjis"})
    CHECK(is_known_charset(name));
  for (const std::string_view name : {"", "nobody-knows", "utf-8,version=1", "\xff", "a=b"})
    CHECK(!is_known_charset(name));
  CHECK(!is_known_charset(std::string(10'000, 'x')));
  CHECK(!is_known_charset("utf-16\0x"s));
}

TEST_CASE("every charset gives UTF-8 for all bytes") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const Row& row : rows) {
    CAPTURE(row.charset);
    const auto utf8 = to_utf8(all + all, row.charset);
    CHECK(mox::text::is_utf8(utf8));
    const Row everything{row.charset, all + all, utf8};
    for (const std::size_t size : {1UL, 2UL, 5UL}) CHECK(in_pieces(everything, size) == utf8);
  }
}
