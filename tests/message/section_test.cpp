#include "message/parser.h"
#include "message/section.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

const std::string plain = "Subject: a\r\n\r\nbody\r\n";

const std::string mixed =
    "Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nX-One: 1\r\n\r\none\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: i\r\n\r\ninner\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: m\r\n"
    "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nc1\r\n--c--\r\n"
    "--b--\r\n";

const std::string nested = "Content-Type: message/rfc822\r\n\r\nContent-Type: "
                           "message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n";

const std::string no_parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\ntext\r\n";

constexpr auto all = SectionText::all;
constexpr auto header = SectionText::header;
constexpr auto text = SectionText::text;
constexpr auto mime = SectionText::mime;

struct Row {
  const std::string& message;
  std::vector<std::uint32_t> path;
  SectionText what;
  std::optional<std::string> want;
};

const std::vector<Row> rows = {
    {plain, {}, all, plain},
    {plain, {}, header, "Subject: a\r\n\r\n"},
    {plain, {}, text, "body\r\n"},
    {plain, {}, mime, std::nullopt},
    {plain, {1}, all, "body\r\n"},
    {plain, {1}, mime, "Subject: a\r\n\r\n"},
    {plain, {1}, header, std::nullopt},
    {plain, {1}, text, std::nullopt},
    {plain, {2}, all, std::nullopt},
    {plain, {1, 1}, all, std::nullopt},
    {mixed, {1}, all, "one"},
    {mixed, {1}, mime, "X-One: 1\r\n\r\n"},
    {mixed, {1}, header, std::nullopt},
    {mixed, {1, 1}, all, std::nullopt},
    {mixed, {2}, all, "Subject: i\r\n\r\ninner"},
    {mixed, {2}, mime, "Content-Type: message/rfc822\r\n\r\n"},
    {mixed, {2}, header, "Subject: i\r\n\r\n"},
    {mixed, {2}, text, "inner"},
    {mixed, {2, 1}, all, "inner"},
    {mixed, {2, 1}, mime, "Subject: i\r\n\r\n"},
    {mixed, {2, 2}, all, std::nullopt},
    {mixed, {2, 1, 1}, all, std::nullopt},
    {mixed, {3, 1}, all, "c1"},
    {mixed, {3}, text, "--c\r\n\r\nc1\r\n--c--"},
    {mixed, {3, 2}, all, std::nullopt},
    {mixed, {4}, all, std::nullopt},
    {mixed, {0}, all, std::nullopt},
    {nested, {1}, header, "Content-Type: message/rfc822\r\n\r\n"},
    {nested, {1, 1}, header, "Subject: x\r\n\r\n"},
    {nested, {1, 1}, all, "Subject: x\r\n\r\ny\r\n"},
    {nested, {1, 1, 1}, all, "y\r\n"},
    {nested, {1, 1, 1, 1}, all, std::nullopt},
    {no_parts, {1}, all, "text\r\n"},
    {no_parts, {2}, all, std::nullopt},
};

} // namespace

TEST_CASE("sections are found") {
  for (const Row& row : rows) {
    CAPTURE(row.message, row.path, static_cast<int>(row.what));
    const auto structure = parse(row.message).structure;
    const auto range = find_section(structure, row.path, row.what);
    REQUIRE(range.has_value() == row.want.has_value());
    if (range) CHECK(row.message.substr(range->begin, range->size()) == *row.want);
  }
  CHECK(!find_part({}, {}));
  CHECK(!find_section({}, {}, all));
}

TEST_CASE("header fields are selected") {
  const std::string_view fields = "From: a\r\nTo: b\r\n c\r\nodd line\r\nFROM : d\r\nX: y\r\n\r\n";
  const auto select = [&](std::vector<std::string> names, bool without) {
    return select_fields(fields, names, without);
  };
  CHECK(select({"from"}, false) == "From: a\r\nFROM : d\r\n\r\n");
  CHECK(select({"TO", "x", "to"}, false) == "To: b\r\n c\r\nX: y\r\n\r\n");
  CHECK(select({"none"}, false) == "\r\n");
  CHECK(select({"from", "x"}, true) == "To: b\r\n c\r\nodd line\r\n\r\n");
  CHECK(select_fields("A: b", std::vector<std::string>{"a"}, false) == "A: b\r\n\r\n");
  CHECK(select_fields("", std::vector<std::string>{"a"}, true) == "\r\n");
}

TEST_CASE("numbers of parts lead back to them") {
  struct Numbers {
    const std::string& message;
    std::vector<std::string> want;
  };

  const std::vector<Numbers> all_numbers = {
      {plain, {"1"}},
      {mixed, {"", "1", "2", "2.1", "3", "", "3.1"}},
      {nested, {"1", "1.1", "1.1.1"}},
      {no_parts, {"1"}},
  };
  for (const auto& row : all_numbers) {
    CAPTURE(row.message);
    const auto structure = parse(row.message).structure;
    CHECK(section_numbers(structure) == row.want);
    for (std::uint32_t i = 0; i < row.want.size(); ++i) {
      std::vector<std::uint32_t> path;
      for (const char c : row.want[i])
        if (c != '.') path.push_back(static_cast<std::uint32_t>(c - '0'));
      if (!path.empty()) CHECK(find_part(structure, path) == i);
    }
  }
  CHECK(section_numbers({}).empty());
}
