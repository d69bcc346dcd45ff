#include "support/catch.h"
#include "text/base64.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;

TEST_CASE("the examples of RFC 4648 section 10") {
  struct Row {
    std::string_view bytes, base64, base64url, hex;
  };

  const std::vector<Row> rows = {
      {"", "", "", ""},
      {"f", "Zg==", "Zg", "66"},
      {"fo", "Zm8=", "Zm8", "666f"},
      {"foo", "Zm9v", "Zm9v", "666f6f"},
      {"foob", "Zm9vYg==", "Zm9vYg", "666f6f62"},
      {"fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"},
      {"foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"},
      {"\xFB\xFF\xFE", "+//+", "-__-", "fbfffe"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.base64);
    CHECK(text::base64_encode(row.bytes) == row.base64);
    CHECK(text::base64_decode(row.base64).value() == row.bytes);
    CHECK(text::base64url_encode(row.bytes) == row.base64url);
    CHECK(text::base64url_decode(row.base64url).value() == row.bytes);
    CHECK(text::hex_encode(row.bytes) == row.hex);
    CHECK(text::hex_decode(row.hex).value() == row.bytes);
  }
}

TEST_CASE("all bytes survive") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    CHECK(text::base64_decode(text::base64_encode(bytes)).value() == bytes);
    CHECK(text::base64url_decode(text::base64url_encode(bytes)).value() == bytes);
    CHECK(text::hex_decode(text::hex_encode(bytes)).value() == bytes);
  }
}

TEST_CASE("malformed base64 is refused") {
  for (const std::string_view s :
       {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v=", "Z g=", "Zg==\n", "Zm9\xFF",
        "Zg==Zg==", "-__-", "Zh==", "Zm9=", "Zm=v", "=m9v"}) {
    CAPTURE(s);
    REQUIRE_FALSE(text::base64_decode(s));
    CHECK(text::base64_decode(s).error().kind == ErrorKind::invalid);
  }
  for (const std::string_view s : {"Z", "Zg==", "Zm8=", "+//+", "Zh", "Zm9", "Zm9vY", "Zm 9"}) {
    CAPTURE(s);
    CHECK_FALSE(text::base64url_decode(s));
  }
}

TEST_CASE("hexadecimal: any case is read, anything else refused") {
  CHECK(text::hex_decode("fBFf").value() == "\xFB\xFF");
  for (const std::string_view s : {"f", "fg", "0x", " 1", "1 ", "@a", "`a"}) {
    CAPTURE(s);
    CHECK_FALSE(text::hex_decode(s));
  }
}
