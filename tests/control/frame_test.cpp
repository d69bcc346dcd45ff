#include "control/failure.h"
#include "control/frame.h"
#include "control/frames.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using control::FrameHead;
using control::FrameType;
using test::head;

namespace {

Result<FrameHead> parse(const std::string& bytes) {
  REQUIRE(bytes.size() == control::head_size);
  return control::parse_head(std::span<const char, control::head_size>(bytes));
}

} // namespace

TEST_CASE("each type of frame has its sizes") {
  struct Row {
    char type;
    std::uint32_t least;
    std::uint32_t most;
  };

  const Row rows[] = {{'C', 1, 256}, {'M', 1, 65536}, {'P', 0, 65536}, {'G', 0, 0}, {'I', 1, 65536},
                      {'E', 0, 0},   {'X', 0, 0},     {'O', 1, 65536}, {'K', 0, 0}, {'F', 1, 4096}};
  for (const auto& row : rows) {
    CAPTURE(row.type);
    const auto type = static_cast<FrameType>(row.type);
    for (const auto size : {row.least, row.most}) {
      CHECK(parse(head(row.type, size)) == FrameHead{type, size});
    }
    if (row.least > 0)
      CHECK(parse(head(row.type, row.least - 1)).error().kind == ErrorKind::invalid);
    for (const auto size : {row.most + 1, 0x80000000U, 0xffffffffU})
      CHECK(parse(head(row.type, size)).error().kind == ErrorKind::invalid);
  }
}

TEST_CASE("a wrong size and an unknown type are named") {
  CHECK(parse(head('C', 0)).error().text ==
        "a frame of type 'C' with 0 bytes, where 1 to 256 can be");
  CHECK(parse(head('I', 65537)).error().text ==
        "a frame of type 'I' with 65537 bytes, where 1 to 65536 can be");
  CHECK(parse(head('Z', 0)).error().text == "a frame of type 'Z', which does not exist");
  CHECK(parse(head('\n', 0)).error().text == "a frame of type 10, which does not exist");
  CHECK(parse(head('\xff', 0)).error().text == "a frame of type 255, which does not exist");
  const std::string known = "CMPGIEXOKF";
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const auto type = static_cast<char>(byte);
    const std::uint32_t size = type == 'G' || type == 'E' || type == 'X' || type == 'K' ? 0 : 1;
    CHECK(parse(head(type, size)).has_value() == known.contains(type));
  }
}

TEST_CASE("a frame is its head and its payload") {
  std::string bytes = "before";
  control::append_frame(bytes, FrameType::input, "hello");
  CHECK(bytes == std::string("beforeI\0\0\0\5hello", 16));
  const std::string large(65536, 'x');
  bytes.clear();
  control::append_frame(bytes, FrameType::output, large);
  CHECK(bytes == std::string("O\0\1\0\0", 5) + large);
}

TEST_CASE("a failure keeps its kind, and its text is one clean line") {
  struct Row {
    const char* name;
    Error error;
    std::string payload;
  };

  const std::string cut = "exists " + std::string(control::max_failure - 8, 'x');
  const Row rows[] = {
      {"invalid", {ErrorKind::invalid, "a"}, "invalid a"},
      {"not found", {ErrorKind::not_found, "no such account"}, "not-found no such account"},
      {"exists", {ErrorKind::exists, "a"}, "exists a"},
      {"refused", {ErrorKind::refused, "a"}, "refused a"},
      {"full", {ErrorKind::full, "a"}, "full a"},
      {"temporary", {ErrorKind::temporary, "a"}, "temporary a"},
      {"timeout", {ErrorKind::timeout, "a"}, "timeout a"},
      {"closed", {ErrorKind::closed, "a"}, "closed a"},
      {"io", {ErrorKind::io, "a"}, "io a"},
      {"corrupt", {ErrorKind::corrupt, "a"}, "corrupt a"},
      {"unsupported", {ErrorKind::unsupported, "a"}, "unsupported a"},
      {"empty", {ErrorKind::io, ""}, "io "},
      {"lines and controls", {ErrorKind::io, "a\nb\x1b[1m\x7f"}, "io a b [1m "},
      {"not UTF-8", {ErrorKind::io, "a\xff"}, "io a\xef\xbf\xbd"},
      {"too long", {ErrorKind::exists, std::string(9000, 'x')}, cut + "x"},
      {"cut before a character",
       {ErrorKind::exists, std::string(control::max_failure - 8, 'x') + "é"},
       cut},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto payload = control::print_failure(row.error);
    CHECK(payload == row.payload);
    CHECK(payload.size() <= control::max_failure);
    const auto parsed = control::parse_failure(payload);
    CHECK(parsed.kind == row.error.kind);
    CHECK(control::print_failure(parsed) == payload);
  }
}

TEST_CASE("what a daemon says of a failure is cleaned once more") {
  struct Row {
    std::string payload;
    Error want;
  };

  const Row rows[] = {
      {"full no room", {ErrorKind::full, "no room"}},
      {"strange news", {ErrorKind::io, "news"}},
      {"full", {ErrorKind::full, ""}},
      {"", {ErrorKind::io, ""}},
      {" x", {ErrorKind::io, "x"}},
      {"io \x1b]0;title\a\xff", {ErrorKind::io, " ]0;title \xef\xbf\xbd"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.payload);
    CHECK(control::parse_failure(row.payload) == row.want);
  }
}

TEST_CASE("a hello is one line") {
  CHECK(control::print_hello() == "mox-control 1\n");
  CHECK(control::print_hello(999'999'999).size() <= control::max_hello);
  CHECK(control::parse_hello("mox-control 1") == 1U);
  CHECK(control::parse_hello("mox-control 999999999") == 999'999'999U);
  for (const auto* line :
       {"", "mox-control", "mox-control ", "mox-control 0", "mox-control 01", "mox-control -1",
        "mox-control +1", "mox-control 1 ", "mox-control 1x", "mox-control  1",
        "mox-control 1000000000", "Mox-control 1", "ctlv0", "GET / HTTP/1.1"}) {
    CAPTURE(line);
    const auto parsed = control::parse_hello(line);
    REQUIRE(!parsed);
    CHECK(parsed.error() == Error{ErrorKind::invalid, "this is not the control protocol of mox"});
  }
}

TEST_CASE("versions that differ are both named") {
  CHECK(control::check_version(1, "the daemon", "this command"));
  const auto checked = control::check_version(7, "the daemon", "this command");
  REQUIRE(!checked);
  CHECK(checked.error() ==
        Error{ErrorKind::unsupported,
              "the daemon speaks version 7 of the control protocol, this command version 1"});
}
