#include "checked.h"
#include "message/structure_encoding.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string result;
  for (const int value : values) result += static_cast<char>(value);
  return result;
}

struct Row {
  std::string_view name;
  std::string bytes;
};

// In a part: flags, parts inside, header begin, header size, body size, lines, type, charset.
const std::string one = bytes({1, 100, 0, 1, 0, 0, 0, 20, 80, 4, 1, 1});

const std::vector<Row> wrong = {
    {"nothing", ""},
    {"another version", bytes({2, 100, 0, 1, 0, 0, 0, 20, 80, 4, 1, 1})},
    {"unknown flags", bytes({1, 100, 2, 1, 0, 0, 0, 20, 80, 4, 1, 1})},
    {"no parts", bytes({1, 100, 0, 0})},
    {"more parts than bytes", bytes({1, 100, 0, 100, 0, 0, 0, 20, 80, 4, 1, 1})},
    {"too many parts", bytes({1, 100, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0})},
    {"more behind it", one + '\0'},
    {"unknown kind", bytes({1, 100, 0, 1, 3, 0, 0, 20, 80, 4, 1, 1})},
    {"unknown encoding", bytes({1, 100, 0, 1, 6 << 2, 0, 0, 20, 80, 4, 1, 1})},
    {"unknown flag of a part", bytes({1, 100, 0, 1, 64, 0, 0, 20, 80, 4, 1, 1})},
    {"parts inside that are not there", bytes({1, 100, 0, 1, 1, 1, 0, 20, 80, 4, 1, 1})},
    {"header begins late", bytes({1, 100, 0, 1, 0, 0, 1, 20, 79, 4, 1, 1})},
    {"header beyond the message", bytes({1, 100, 0, 1, 0, 0, 0, 101, 0, 0, 1, 1})},
    {"body beyond the message", bytes({1, 100, 0, 1, 0, 0, 0, 20, 81, 4, 1, 1})},
    {"more lines than bytes", bytes({1, 100, 0, 1, 0, 0, 0, 20, 80, 81, 1, 1})},
    {"unknown type", bytes({1, 100, 0, 1, 0, 0, 0, 20, 80, 4, 120, 1})},
    {"unknown charset", bytes({1, 100, 0, 1, 0, 0, 0, 20, 80, 4, 1, 120})},
    {"type beyond the end", bytes({1, 100, 0, 1, 0, 0, 0, 20, 80, 4, 0, 5, 'a', 1, 'b', 1})},
    {"a number that does not end", bytes({1, 0xff, 0xff})},
    {"a number of more than 64 bits",
     bytes({1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,
            0, 1,    0,    0,    0,    0,    0,    0,    1,    1})},
    {"a leaf with a part",
     bytes({1, 100, 0, 2, 0, 1, 0, 20, 80, 4, 3, 1, 0, 0, 5, 10, 40, 2, 1, 1})},
    {"two roots", bytes({1, 100, 0, 2, 0, 0, 0, 20, 80, 4, 1, 1, 0, 0, 0, 10, 40, 2, 1, 1})},
    {"a part beyond its parent",
     bytes({1, 100, 0, 2, 1, 1, 0, 20, 80, 4, 3, 1, 0, 0, 5, 10, 66, 2, 1, 1})},
    {"a message without its message", bytes({1, 100, 0, 1, 2, 0, 0, 20, 80, 4, 10, 1})},
    {"a message whose message begins late",
     bytes({1, 100, 0, 2, 2, 1, 0, 20, 80, 4, 10, 1, 0, 0, 1, 10, 40, 2, 1, 1})},
    {"a message of two parts", bytes({1, 100, 0,  3, 2, 2, 0, 20, 80, 4,  10, 1, 0, 0,
                                      0, 10,  40, 2, 1, 1, 0, 0,  0,  10, 40, 2, 1, 1})},
};

} // namespace

TEST_CASE("a structure has a fixed form") {
  const auto structure = decode_structure(one);
  REQUIRE(structure);
  CHECK(structure->size == 100);
  CHECK(!structure->utf8_headers);
  REQUIRE(structure->parts.size() == 1);
  CHECK(structure->root().body_begin == 20);
  CHECK(structure->root().body_end == 100);
  CHECK(structure->root().lines == 4);
  CHECK(structure->root().is("text", "plain"));
  CHECK(encode_structure(*structure) == one);
  // Stored in every database: only a new version may change it.
  const auto message = parse("Content-Type: text/html; charset=UTF-8\r\n\r\n<p>\r\n");
  CHECK(encode_structure(message.structure) == bytes({1, 47, 0, 1, 0, 0, 0, 42, 5, 1, 2, 3}));
}

TEST_CASE("all that is kept comes back") {
  const std::string type(1200, 't');
  const auto text =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: " + type +
      "/x; charset=X-Odd\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment\r\n\r\nAA==\r\n--b\r\n"
      "Content-Type: message/rfc822\r\n\r\nSubject: \xc3\xa4\r\n\r\nx\r\n--b--\r\n";
  const auto message = mox::test::parse_checked(text);
  const auto again = decode_structure(encode_structure(message.structure)).value();
  CHECK(again.utf8_headers);
  CHECK(again.parts.at(1).type.size() == 1000);
  CHECK(again.parts.at(1).charset() == "x-odd");
  CHECK(again.parts.at(1).is_attachment);
}

TEST_CASE("wrong bytes are refused") {
  for (const Row& row : wrong) {
    CAPTURE(row.name);
    const auto structure = decode_structure(row.bytes);
    REQUIRE(!structure);
    CHECK(structure.error().kind == mox::ErrorKind::corrupt);
  }
  for (std::size_t size = 0; size < one.size(); ++size)
    CHECK(!decode_structure(std::string_view(one).substr(0, size)));
}

TEST_CASE("a stored structure is at most 100 deep") {
  std::string deep = bytes({1, 0xff, 0x7f, 0, 102});
  for (int inside = 101; inside >= 0; --inside)
    deep += bytes({inside > 0 ? 1 : 0, inside, 0, 0, 0, 0, 3, 1});
  CHECK(!decode_structure(deep));
  std::string allowed = bytes({1, 0xff, 0x7f, 0, 101});
  for (int inside = 100; inside >= 0; --inside)
    allowed += bytes({inside > 0 ? 1 : 0, inside, 0, 0, 0, 0, 3, 1});
  CHECK(decode_structure(allowed));
}
