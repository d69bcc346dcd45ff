#include "bloblog/record.h"
#include "support/catch.h"

#include <limits>
#include <string>

using namespace mox;
using namespace mox::bloblog;

namespace {

template <class Bytes> std::string text(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

constexpr RecordHeader sample{
    .kind = Kind::placing, .id = 0x1122334455667788, .length = 4711, .checksum = 0xDEADBEEF};
constexpr Position place{.segment = 3, .offset = 4096};

} // namespace

TEST_CASE("a record header is what FORMAT.md says") {
  const auto bytes = text(encode_record_header(sample, place));
  CHECK(bytes.substr(0, 28) == std::string("MXR1\x03\0\0\0"
                                           "\x88\x77\x66\x55\x44\x33\x22\x11"
                                           "\x67\x12\0\0"
                                           "\xEF\xBE\xAD\xDE"
                                           "\0\0\0\0",
                                           28));
  CHECK(decode_record_header(bytes, place).value() == sample);
}

TEST_CASE("every flipped bit of a record header is noticed") {
  const auto bytes = text(encode_record_header(sample, place));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    CAPTURE(bit);
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const auto result = decode_record_header(damaged, place);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::corrupt);
    CHECK(result.error().text.starts_with("blob log, segment 3, offset 4096: "));
  }
}

TEST_CASE("a record is valid only where it was written for") {
  const auto bytes = text(encode_record_header(sample, place));
  CHECK_FALSE(decode_record_header(bytes, {.segment = 4, .offset = 4096}));
  CHECK_FALSE(decode_record_header(bytes, {.segment = 3, .offset = 4104}));
  CHECK_FALSE(decode_record_header(bytes.substr(0, 31), place));
}

TEST_CASE("an unknown kind is refused") {
  for (const int kind : {0, 7, 255}) {
    CAPTURE(kind);
    auto header = sample;
    header.kind = static_cast<Kind>(kind);
    const auto result = decode_record_header(text(encode_record_header(header, place)), place);
    REQUIRE_FALSE(result);
    CHECK(result.error().text ==
          "blob log, segment 3, offset 4096: record of unknown kind " + std::to_string(kind));
  }
}

TEST_CASE("a segment header names its segment") {
  const auto bytes = text(encode_segment_header(7));
  CHECK(bytes.substr(0, 28) ==
        std::string("MOXSEG\r\n\x01\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 28));
  CHECK(check_segment_header(bytes, 7));
  CHECK(check_segment_header(bytes, 8).error().text ==
        "blob log, segment 8, offset 0: the file is segment 7");
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    CAPTURE(bit);
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    CHECK(check_segment_header(damaged, 7).error().kind == ErrorKind::corrupt);
  }
  CHECK(check_segment_header("", 7).error().kind == ErrorKind::corrupt);
}

TEST_CASE("records take multiples of eight bytes") {
  CHECK(size_in_segment(0) == 32);
  CHECK(size_in_segment(1) == 40);
  CHECK(size_in_segment(8) == 40);
  CHECK(size_in_segment(9) == 48);
  CHECK(size_in_segment(Location{.segment = 1, .offset = 32, .length = 9}) == 48);
  CHECK(size_in_segment(Location::large(1, 9)) == 0);
}

TEST_CASE("the location of a large body holds its file's number") {
  constexpr auto greatest = std::numeric_limits<std::uint64_t>::max() >> 1U;
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32U,
                                     std::uint64_t{0x0123456789ABCDEF}, greatest}) {
    CAPTURE(number);
    const auto location = Location::large(number, 17);
    CHECK(location.is_large());
    CHECK(location.file_number() == number);
    CHECK(decode_large(text(encode_large(location))).value() == location);
  }
  CHECK_FALSE(Location{.segment = 0x7FFFFFFF, .offset = 0, .length = 0}.is_large());
  CHECK(decode_large("short").error().kind == ErrorKind::corrupt);
}
