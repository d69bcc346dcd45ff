#include "checked.h"
#include "message/bodystructure.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using mox::test::parse_checked;

namespace {

struct Row {
  std::string_view name;
  std::string_view message;
  std::string_view want; // BODYSTRUCTURE
  std::string_view body;
};

const std::vector<Row> rows = {
    {"empty", "", R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL))",
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 0 0))"},
    {"default charset beside other parameters",
     "Content-Type: text/plain; format=flowed\r\n\r\na\r\n",
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "FORMAT" "flowed") NIL NIL "7BIT" 3 1 NIL NIL NIL NIL))",
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "FORMAT" "flowed") NIL NIL "7BIT" 3 1))"},
    {"no text", "Content-Type: image/png; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
     R"(("IMAGE" "PNG" ("NAME" "a") NIL NIL "BASE64" 4 NIL NIL NIL NIL))",
     R"(("IMAGE" "PNG" ("NAME" "a") NIL NIL "BASE64" 4))"},
    {"unknown encoding", "Content-Type: a/b\r\nContent-Transfer-Encoding: X-Odd\r\n\r\n",
     R"(("A" "B" NIL NIL NIL "X-ODD" 0 NIL NIL NIL NIL))", R"(("A" "B" NIL NIL NIL "X-ODD" 0))"},
    {"disposition without parameters, one language",
     "Content-Type: a/b\r\nContent-Disposition: inline\r\nContent-Language: en\r\n\r\n",
     R"(("A" "B" NIL NIL NIL "7BIT" 0 NIL ("INLINE" NIL) ("en") NIL))",
     R"(("A" "B" NIL NIL NIL "7BIT" 0))"},
    {"bytes above 127", "Content-Type: a/b; name=\xc3\xa4\r\n\r\n",
     "(\"A\" \"B\" (\"NAME\" {2}\r\n\xc3\xa4) NIL NIL \"7BIT\" 0 NIL NIL NIL NIL)",
     "(\"A\" \"B\" (\"NAME\" {2}\r\n\xc3\xa4) NIL NIL \"7BIT\" 0)"},
    {"message", "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\nx\r\n",
     R"(("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 17 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL))",
     R"(("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 17 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3 1) 3))"},
    {"encoded message",
     "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
     R"(("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 4 NIL NIL NIL NIL))",
     R"(("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 4))"},
    {"multipart without parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n",
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3 1 NIL NIL NIL NIL))",
     R"(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3 1))"},
    {"multipart",
     "Content-Type: multipart/mixed; boundary=b\r\nContent-Location: "
     "l\r\n\r\n--b\r\n\r\na\r\n--b\r\n"
     "Content-Type: text/html; charset=utf-8\r\n\r\n<p>\r\n\r\n--b--\r\n",
     R"((("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 1 NIL NIL NIL NIL))"
     R"(("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 5 1 NIL NIL NIL NIL) "MIXED" )"
     R"(("BOUNDARY" "b") NIL NIL "l"))",
     R"((("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 1))"
     R"(("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "7BIT" 5 1) "MIXED"))"},
};

} // namespace

TEST_CASE("BODYSTRUCTURE and BODY") {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto structure = parse_checked(row.message).structure;
    CHECK(bodystructure(structure) == row.want);
    CHECK(body(structure) == row.body);
  }
}

TEST_CASE("BODY is made only of a BODYSTRUCTURE") {
  const std::string good = bodystructure(parse("Content-Type: a/b; n=\xc3\xa4\r\n\r\n").structure);
  CHECK(!body_of(good).empty());
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK(body_of(good.substr(0, size)).empty());
  CHECK(body_of(good + " ").empty());
  for (const auto text :
       {"x", "()", "(\"a\")", "((((", "{5}\r\nx", "(\"A\" \"B\" NIL NIL NIL \"7BIT\" {9}\r\nx)"})
    CHECK(body_of(text).empty());
  CHECK(body_of(std::string(1'000'000, '(')).empty());
}
