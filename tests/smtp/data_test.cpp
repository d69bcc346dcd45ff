#include "smtp/data.h"
#include "support/catch.h"
#include "support/vectors.h"

#include <string>
#include <vector>

using namespace std::string_literals;
using mox::smtp::DataReader;
using mox::smtp::DotStuffer;

namespace {

struct Got {
  std::string message;
  std::string rest;
  bool done = false;
  bool bare_cr = false;
  bool bare_lf = false;
  bool nul = false;

  bool operator==(const Got&) const = default;
};

// The data in chunks of `size` bytes.
Got read(std::string_view data, std::size_t size) {
  DataReader reader;
  Got got;
  while (!data.empty() && !reader.done()) {
    auto chunk = data.substr(0, size);
    while (!chunk.empty() && !reader.done()) {
      const auto piece = reader.take(chunk);
      got.message += piece.bytes;
      chunk.remove_prefix(piece.taken);
      data.remove_prefix(piece.taken);
    }
  }
  got.rest = data;
  got.done = reader.done();
  got.bare_cr = reader.bare_cr();
  got.bare_lf = reader.bare_lf();
  got.nul = reader.nul();
  CHECK(reader.size() == got.message.size());
  return got;
}

// The same however it is cut.
Got read_all_ways(std::string_view data) {
  const auto whole = read(data, data.size());
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U}) {
    CAPTURE(size);
    CHECK(read(data, size) == whole);
  }
  return whole;
}

} // namespace

TEST_CASE("data up to its end") {
  struct Row {
    std::string data;
    Got want;
  };

  const std::vector<Row> rows = {
      {".\r\n", {"", "", true, false, false, false}},
      {".\r\nQUIT\r\n", {"", "QUIT\r\n", true, false, false, false}},
      {"a\r\n.\r\n", {"a\r\n", "", true, false, false, false}},
      {"a\r\n\r\nb\r\n.\r\n.\r\n", {"a\r\n\r\nb\r\n", ".\r\n", true, false, false, false}},
      {"..a\r\n..\r\n...b\r\n.\r\n", {".a\r\n.\r\n..b\r\n", "", true, false, false, false}},
      {".a\r\n.\r\n", {"a\r\n", "", true, false, false, false}},
      {"a.\r\n.\r\n", {"a.\r\n", "", true, false, false, false}},
      {"a\0b\r\n.\r\n"s, {"a\0b\r\n"s, "", true, false, false, true}},
      {"a\nb\r\n.\r\n", {"a\nb\r\n", "", true, false, true, false}},
      {"a\rb\r\n.\r\n", {"a\rb\r\n", "", true, true, false, false}},
      {"a\r\r\n.\r\n", {"a\r\r\n", "", true, true, false, false}},
      {"a\r\n.\rb\r\n.\r\n", {"a\r\n\rb\r\n", "", true, true, false, false}},
      {"a\r\n.\r\r\n.\r\n", {"a\r\n\r\r\n", "", true, true, false, false}},
      {"a\r\n.\nb\r\n.\r\n", {"a\r\n\nb\r\n", "", true, false, true, false}},
      {"\n.\r\n\r\n.\r\n", {"\n.\r\n\r\n", "", true, false, true, false}},
      {"abc", {"abc", "", false, false, false, false}},
      {"abc\r", {"abc\r", "", false, false, false, false}},
      {"abc\r\n.", {"abc\r\n", "", false, false, false, false}},
      {"abc\r\n.\r", {"abc\r\n", "", false, false, false, false}},
      {"", {"", "", false, false, false, false}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.data);
    CHECK(read_all_ways(row.data) == row.want);
  }
}

TEST_CASE("sequences that smuggle mail elsewhere do not end the data") {
  const auto rows =
      mox::test::read_vectors(MOX_SHARED_VECTORS "/smtp-smuggling", "end-of-data.json");
  if (!rows) return;
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().size() == 10);
  for (const auto& [name, sequence] : rows->front()) {
    CAPTURE(name);
    const auto got = read_all_ways("Subject: x\r\n\r\ntext" + *sequence +
                                   "MAIL FROM:<a@b.example>\r\n.\r\nQUIT\r\n");
    CHECK(got.done);
    CHECK(got.rest == "QUIT\r\n");
    CHECK(got.message.find("MAIL FROM") != std::string::npos);
    CHECK((got.bare_cr || got.bare_lf || got.nul));
  }
}

TEST_CASE("nothing is taken behind the end") {
  DataReader reader;
  CHECK(reader.take(".").taken == 1);
  CHECK(reader.take("\r").taken == 1);
  CHECK(reader.take("\nQUIT").taken == 1);
  CHECK(reader.done());
  CHECK(reader.take("QUIT").taken == 0);
}

TEST_CASE("ordinary text is given in long pieces") {
  std::string data;
  for (int i = 0; i < 1000; ++i) data += "a line of text\r\n";
  DataReader reader;
  const auto piece = reader.take(data + ".\r\n");
  CHECK(piece.taken == data.size());
  CHECK(piece.bytes.size() == data.size());
}

TEST_CASE("dots are put before lines that begin with one") {
  struct Row {
    std::string message;
    std::string want;
    bool bare = false;
  };

  const std::vector<Row> rows = {
      {"", ".\r\n"},
      {"a\r\n", "a\r\n.\r\n"},
      {"a", "a\r\n.\r\n"},
      {"\r\n\r\n", "\r\n\r\n.\r\n"},
      {".\r\n", "..\r\n.\r\n"},
      {".a\r\n..b\r\nc.\r\n", "..a\r\n...b\r\nc.\r\n.\r\n"},
      {"a\n.b\r\n", "a\n.b\r\n.\r\n", true},
      {"\n", "\n\r\n.\r\n", true},
      {"\r\n\n", "\r\n\n\r\n.\r\n", true},
      {"a\rb\r\n", "a\rb\r\n.\r\n", true},
      {"a\r\r\n", "a\r\r\n.\r\n", true},
      {"a\r", "a\r\r\n.\r\n", true},
      {"\r.\r\n", "\r.\r\n.\r\n", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    for (std::size_t size = 1; size <= row.message.size() + 1; ++size) {
      std::string out;
      DotStuffer stuffer;
      for (std::size_t at = 0; at < row.message.size(); at += size)
        stuffer.append(out, std::string_view(row.message).substr(at, size));
      stuffer.finish(out);
      CHECK(out == row.want);
      CHECK(stuffer.bare() == row.bare);
    }
    const auto got = read(row.want, row.want.size());
    CHECK(got.done);
    CHECK(got.message.starts_with(row.message));
  }
}
