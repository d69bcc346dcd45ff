#include "message/decoder.h"
#include "support/catch.h"
#include "text/base64.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
using namespace std::string_literals;

namespace {

struct Row {
  Encoding encoding;
  std::string text;
  std::string want;
  bool malformed = false;
};

constexpr auto base64 = Encoding::base64;
constexpr auto qp = Encoding::quoted_printable;

const std::vector<Row> rows = {
    {Encoding::seven_bit, "a=3D\r\n", "a=3D\r\n"},
    {Encoding::eight_bit, "\xe4\0"s, "\xe4\0"s},
    {Encoding::binary, "\r\r\n", "\r\r\n"},
    {Encoding::other, "x", "x"},
    // RFC 2045 section 6.8.
    {base64, "", ""},
    {base64, "Zg==", "f"},
    {base64, "Zm8=", "fo"},
    {base64, "Zm9v\r\nYmFy\r\n", "foobar"},
    {base64, "Z m\t9\r\nv", "foo"},
    {base64, "AAAA", "\0\0\0"s},
    {base64, "/+8=", "\xff\xef"},
    {base64, "Zg==Zm8=", "ffo"},
    {base64, "Zm9v==", "foo"},
    {base64, "Zg", "f", true},
    {base64, "Zm8", "fo", true},
    {base64, "Z", "", true},
    {base64, "Z===Zm9v", "foo", true},
    {base64, "Zm9v!-_", "foo", true},
    {base64,
     "Zm\0"
     "9v"s,
     "foo", true},
    // RFC 2045 section 6.7.
    {qp, "", ""},
    {qp, "a=3Db\r\n", "a=b\r\n"},
    {qp, "=c3=A4", "\xc3\xa4"},
    {qp, "soft=\r\nbreak", "softbreak"},
    {qp, "soft=\nbreak", "softbreak"},
    {qp, "soft= \t\r\nbreak", "softbreak"},
    {qp, "space \t\r\nend", "space\r\nend"},
    {qp, "space \nend ", "space\nend"},
    {qp, "a \t b", "a \t b"},
    {qp, "a =20\r\n", "a  \r\n"},
    {qp, "end=", "end"},
    {qp, "end=\r", "end"},
    {qp, "end=\r\n", "end"},
    {qp, "=zz", "=zz", true},
    {qp, "=3", "=3", true},
    {qp, "=3z=3D", "=3z=", true},
    {qp, "==3D", "==", true},
    {qp, "=\rx", "=\rx", true},
    {qp, "= x", "= x", true},
    {qp, "= ", "= ", true},
    {qp, "\xe4\0"s, "\xe4\0"s},
    {qp, "a \rb", "a\rb"},
};

} // namespace

TEST_CASE("content is decoded, cut after every byte") {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(decode_body(row.encoding, row.text) == row.want);
    for (std::size_t first = 0; first <= row.text.size(); ++first)
      for (std::size_t second = first; second <= row.text.size(); ++second) {
        CAPTURE(first, second);
        const std::string_view text = row.text;
        Decoder decoder(row.encoding);
        std::string out;
        decoder.feed(text.substr(0, first), out);
        decoder.feed(text.substr(first, second - first), out);
        decoder.feed(text.substr(second), out);
        decoder.finish(out);
        CHECK(out == row.want);
        CHECK(decoder.malformed() == row.malformed);
      }
  }
}

TEST_CASE("all bytes come back") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string encoded = mox::text::base64_encode(all);
  for (std::size_t at = 76; at < encoded.size(); at += 78) encoded.insert(at, "\r\n");
  CHECK(decode_body(base64, encoded) == all);
  std::string quoted;
  for (const char c : all) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    quoted += {'=', digits[byte >> 4U], digits[byte & 15U]};
  }
  CHECK(decode_body(qp, quoted) == all);
}

TEST_CASE("what a decoder holds back is bounded") {
  Decoder decoder(qp);
  std::string out;
  const std::string spaces(1'000'000, ' ');
  decoder.feed("x", out);
  decoder.feed(spaces, out);
  CHECK(out.size() > spaces.size() - 10'000);
  decoder.feed("y", out);
  CHECK(out == "x" + spaces + "y");
}

TEST_CASE("text is decoded and converted, cut after every byte") {
  const std::string text = "=C3\r\n=A4 =\r\n=E2=82=AC";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    TextDecoder decoder(qp, "utf-8");
    std::string out;
    decoder.feed(std::string_view(text).substr(0, at), out);
    decoder.feed(std::string_view(text).substr(at), out);
    decoder.finish(out);
    CHECK(out == "\xef\xbf\xbd\r\n\xef\xbf\xbd \xe2\x82\xac");
  }
  Part part;
  part.encoding = base64;
  part.parameters = {{"Charset", "iso-8859-15"}};
  TextDecoder decoder(part);
  std::string out;
  decoder.feed("pA==", out);
  decoder.finish(out);
  CHECK(out == "\xe2\x82\xac");
}
