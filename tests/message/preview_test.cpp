#include "message/preview.h"
#include "support/catch.h"
#include "text/utf8.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

struct Row {
  std::string_view text;
  std::string_view want;
};

const std::vector<Row> rows = {
    {"", ""},
    {"\r\n \r\n", ""},
    {"one line", "one line"},
    {"two\r\nlines\r\n", "two lines"},
    {"many \t  spaces\n\n\nand lines", "many spaces and lines"},
    {"no\xc2\xa0"
     "break \xe3\x80\x80wide",
     "no break wide"},
    {"zero\xe2\x80\x8bwidth\xc2\xad\xef\xbb\xbf", "zerowidth"},
    {"a\x01"
     "b\x7f",
     "ab"},
    // Quoted text, and the line before it.
    {"> a\n> b\n", "[...]"},
    {"yes\n> a\n> b\nno\n> c", "yes [...] no [...]"},
    {"On Monday, A wrote:\n> a\n\nyes", "[...] yes"},
    {"On Monday,\nA wrote:\n> a\n\nyes", "[...] yes"},
    {"On Monday, A wrote:\n\n> a\nyes", "[...] yes"},
    {"On Monday we go:\nnorth", "On Monday we go: north"},
    {"On and on\nwithout end\n> a", "On and on without end [...]"},
    // Signatures.
    {"text\n-- \nname\nphone", "text"},
    {"text\n--\nname", "text"},
    {"text\n-- \n", "text"},
    {"text\n-- \na\n\nb", "text -- a b"},
    {"text\n-- \n1\n2\n3\n4\n5\n6", "text -- 1 2 3 4 5 6"},
};

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) mox::text::next_utf8(text);
  return count;
}

std::string preview_of(std::string_view text) {
  return preview(parse(text));
}

} // namespace

TEST_CASE("previews of text") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(preview_of_text(row.text) == row.want);
  }
}

TEST_CASE("a preview has at most 256 characters, and no half ones") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "\xf0\x9f\x93\xa7";
  CHECK(characters(preview_of_text(text)) == max_preview);
  CHECK(preview_of_text(text).size() == 4 * max_preview);
  std::string words;
  for (int i = 0; i < 1000; ++i) words += "ab ";
  CHECK(characters(preview_of_text(words)) <= max_preview);
  CHECK(characters(preview_of_text(words)) > 200);
  for (std::size_t size = 240; size < 270; ++size) {
    const auto of_lines = preview_of_text(std::string(size, 'x') + "\nnext line");
    CHECK(of_lines.size() <= max_preview);
    CHECK(of_lines.starts_with(std::string(std::min(size, max_preview), 'x')));
  }
}

TEST_CASE("previews of messages") {
  CHECK(preview_of("Subject: a\r\n\r\nhello\r\nyou\r\n") == "hello you");
  CHECK(preview_of("Content-Type: text/html\r\n\r\n<p>a &amp; b</p><p>c") == "a & b c");
  CHECK(preview_of("Content-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n") == "hello");
  CHECK(preview_of("Content-Type: text/plain; charset=iso-8859-1\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n\r\n=E4=\r\n=F6") ==
        "\xc3\xa4\xc3\xb6");
  CHECK(preview_of("Content-Type: image/png\r\n\r\nx") == "");
  CHECK(preview_of("") == "");
  CHECK(preview_of("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n\r\n--b\r\n"
                   "Content-Type: text/html\r\n\r\n<b>x</b>\r\n--b--\r\n") == "x");
}

TEST_CASE("the text of a preview may stand far behind its beginning") {
  const std::string html = "Content-Type: text/html\r\n\r\n<style>";
  CHECK(preview_of(html + std::string(300'000, 'x') + "</style>text") == "text");
  CHECK(preview_of(html + std::string(2'000'000, 'x') + "</style>text") == "");
  std::string invisible;
  for (int i = 0; i < 3000; ++i) invisible += "\xe2\x80\x8b";
  CHECK(preview_of("\r\n" + invisible + "text") == "text");
}
