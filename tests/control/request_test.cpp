#include "control/frames.h"
#include "control/request.h"
#include "support/catch.h"

#include <string>
#include <vector>

using namespace mox;
using control::FrameType;
using control::Request;
using control::RequestLimits;

namespace {

struct Piece {
  char type;
  std::string payload{};
};

// The request, once it is complete; what comes behind it must not be there.
Result<Request> put_together(const std::vector<Piece>& pieces, RequestLimits limits = {}) {
  control::RequestParser parser(limits);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    MOX_TRY_ASSIGN(complete, parser.add(static_cast<FrameType>(pieces[i].type), pieces[i].payload));
    if (!complete) continue;
    REQUIRE(i + 1 == pieces.size());
    return parser.take();
  }
  return failure(ErrorKind::closed, "not complete");
}

std::vector<Piece> take_apart(std::string_view bytes) {
  std::vector<Piece> pieces;
  while (!bytes.empty()) {
    const auto head = control::parse_head(std::span<const char, control::head_size>(
                                              bytes.data(), control::head_size))
                          .value();
    pieces.push_back(
        {static_cast<char>(head.type), std::string(bytes.substr(control::head_size, head.size))});
    bytes.remove_prefix(control::head_size + head.size);
  }
  return pieces;
}

} // namespace

TEST_CASE("a request goes through frames unchanged") {
  struct Row {
    const char* name;
    Request request;
    std::size_t frames;
  };

  const std::string any("\0\xff\n \"", 5);
  const Row rows[] = {
      {"no parameters", {"stop", {}}, 2},
      {"words", {"config account add", {"mjl", "mjl@mox.example"}}, 4},
      {"all letters", {"a-z0-9", {}}, 2},
      {"an empty parameter", {"a", {"", "b", ""}}, 5},
      {"any bytes", {"a", {any}}, 3},
      {"just a frame", {"a", {std::string(65536, 'x')}}, 3},
      {"a byte more", {"a", {std::string(65537, 'x'), "y"}}, 5},
      {"as large as can be", {"a", {std::string(1 << 20, 'x')}}, 18},
      {"as many as can be", {"a", std::vector<std::string>(256, "x")}, 258},
      {"the longest command", {std::string(256, 'a'), {}}, 2},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto printed = control::print_request(row.request);
    REQUIRE(printed);
    const auto pieces = take_apart(*printed);
    CHECK(pieces.size() == row.frames);
    const auto parsed = put_together(pieces);
    REQUIRE(parsed);
    CHECK(*parsed == row.request);
  }
}

TEST_CASE("a command is words") {
  for (const std::string& command :
       {std::string(), std::string(" a"), std::string("a "), std::string("a  b"), std::string("A"),
        std::string("a\tb"), std::string("a\n"), std::string("é"), std::string("a/b"),
        std::string("a\0b", 3), std::string(257, 'a')}) {
    CAPTURE(command);
    const auto printed = control::print_request({command, {}});
    REQUIRE(!printed);
    CHECK(printed.error().text == "a command must be words of a-z, 0-9 and -");
    const auto parsed = put_together({{'C', command}, {'G'}});
    REQUIRE(!parsed);
    CHECK(parsed.error() == printed.error());
  }
}

TEST_CASE("frames that make no request are refused") {
  struct Row {
    const char* name;
    std::vector<Piece> pieces;
    std::string text;
  };

  const RequestLimits limits{.count = 2, .bytes = 10};
  const Row rows[] = {
      {"no command", {{'P', "x"}}, "a frame of type 'P' where a command begins"},
      {"only go", {{'G'}}, "a frame of type 'G' where a command begins"},
      {"input at once", {{'I', "x"}}, "a frame of type 'I' where a command begins"},
      {"two commands", {{'C', "a"}, {'C', "b"}}, "a frame of type 'C' within a request"},
      {"input too early", {{'C', "a"}, {'I', "x"}}, "a frame of type 'I' within a request"},
      {"end too early", {{'C', "a"}, {'E'}}, "a frame of type 'E' within a request"},
      {"an answer", {{'C', "a"}, {'K'}}, "a frame of type 'K' within a request"},
      {"half a parameter", {{'C', "a"}, {'M', "x"}, {'G'}}, "the last parameter is not complete"},
      {"too many",
       {{'C', "a b"}, {'P', "1"}, {'P', "2"}, {'P', "3"}},
       "\"a b\" has more than 2 parameters"},
      {"too large at once",
       {{'C', "a"}, {'P', std::string(11, 'x')}},
       "the parameters of \"a\" have more than 10 bytes"},
      {"too large together",
       {{'C', "a"}, {'P', "123456"}, {'M', "1234"}, {'P', "5"}},
       "the parameters of \"a\" have more than 10 bytes"},
      {"parts of one count as one",
       {{'C', "a"}, {'M', "1"}, {'M', "2"}, {'M', "3"}},
       "not complete"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto parsed = put_together(row.pieces, limits);
    REQUIRE(!parsed);
    CHECK(parsed.error().text == row.text);
  }
  const auto within = put_together({{'C', "a"}, {'P', "12345"}, {'P', "67890"}, {'G'}}, limits);
  CHECK(within == Request{"a", {"12345", "67890"}});
}
