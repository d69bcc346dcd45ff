// Lines that no input can end, forge or make too long, in logfmt and in JSON.
#include "json/parse.h"
#include "log/format.h"
#include "support/catch.h"
#include "text/utf8.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using log::Event;
using log::Field;
using log::Level;
using namespace std::literals;

namespace {

std::string logfmt(const std::vector<Field>& fields) {
  return log::to_logfmt({Level::info, "smtpserver", "a message", fields, 0x1a2b});
}

std::string json_line(const std::vector<Field>& fields) {
  return log::to_json({Level::info, "smtpserver", "a message", fields, 0x1a2b});
}

constexpr std::string_view logfmt_start = "l=info m=\"a message\" pkg=smtpserver cid=1a2b";
constexpr std::string_view json_start =
    R"({"l":"info","m":"a message","pkg":"smtpserver","cid":"1a2b")";

// The keys of a line, by a reader that knows no more of logfmt than that texts may be quoted.
std::vector<std::string> keys_of(std::string_view line) {
  std::vector<std::string> keys;
  std::string key;
  bool in_value = false;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (in_value) {
      if (c == '"') quoted = true;
      if (c == ' ') in_value = false;
    } else if (c == '=') {
      keys.push_back(std::exchange(key, {}));
      in_value = true;
    } else {
      key += c;
    }
  }
  return keys;
}

// What a line must be, whatever went into it.
void check_line(const std::string& line) {
  REQUIRE(!line.empty());
  CHECK(line.size() <= log::line_limit);
  CHECK(line.find('\n') == line.size() - 1);
  auto rest = std::string_view(line).substr(0, line.size() - 1);
  CHECK(text::is_utf8(rest));
  while (!rest.empty()) {
    const auto c = text::next_utf8(rest);
    CHECK((c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && c != 0x2028 && c != 0x2029));
    CHECK(!((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)));
  }
}

} // namespace

TEST_CASE("values as they are written") {
  struct Row {
    Field field;
    std::string logfmt;
    std::string json;
  };

  const std::vector<Row> rows = {
      {{"k", "value"}, "value", R"("value")"},
      {{"k", "mjl@mox.example"}, "mjl@mox.example", R"("mjl@mox.example")"},
      {{"k", "[::1]:25"}, "[::1]:25", R"("[::1]:25")"},
      {{"k", "<a+b@c.example>"}, "<a+b@c.example>", R"("<a+b@c.example>")"},
      {{"k", ""}, R"("")", R"("")"},
      {{"k", "two words"}, R"("two words")", R"("two words")"},
      {{"k", "a=b"}, R"("a=b")", R"("a=b")"},
      {{"k", R"(say "hi")"}, R"("say \"hi\"")", R"("say \"hi\"")"},
      {{"k", R"(C:\)"}, R"("C:\\")", R"("C:\\")"},
      {{"k", "a\r\nb\tc"}, R"("a\r\nb\tc")", R"("a\r\nb\tc")"},
      {{"k", "a\0b"sv}, R"("a\x00b")", R"("a\u0000b")"},
      {{"k", "\x1B[31m"}, R"("\x1b[31m")", R"("\u001b[31m")"},
      {{"k", "\x7F"}, R"("\x7f")", R"("\u007f")"},
      {{"k", "\xC2\x85\xE2\x80\xA8\xE2\x80\xA9"},
       R"("\u0085\u2028\u2029")",
       R"("\u0085\u2028\u2029")"},
      // NOLINTNEXTLINE(misc-misleading-bidirectional): this is what must be escaped.
      {{"k", "\xE2\x80\xAE"}, R"("\u202e")", R"("\u202e")"},
      {{"k", "caf\xC3\xA9"}, "\"caf\xC3\xA9\"", "\"caf\xC3\xA9\""},
      {{"k", "a\xFF\xC3"}, R"("a\xff\xc3")", R"("a\u00ff\u00c3")"},
      {{"k", "\xEF\xBF\xBD"}, "\"\xEF\xBF\xBD\"", "\"\xEF\xBF\xBD\""},
      {{"k", true}, "true", "true"},
      {{"k", -5}, "-5", "-5"},
      {{"k", std::numeric_limits<std::uint64_t>::max()},
       "18446744073709551615",
       "18446744073709551615"},
      {{"k", 0.25}, "0.25", "0.25"},
      {{"k", 1500ms}, "1.5", "1.5"},
      {{"k", std::numeric_limits<double>::quiet_NaN()}, "nan", "null"},
      {{"k", std::numeric_limits<double>::infinity()}, "inf", "null"},
      {{"k", "true"}, "true", R"("true")"},
      {{"k", "5"}, "5", R"("5")"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.logfmt);
    CHECK(logfmt({row.field}) == std::string(logfmt_start) + " k=" + row.logfmt + '\n');
    CHECK(json_line({row.field}) == std::string(json_start) + ",\"k\":" + row.json + "}\n");
  }
}

TEST_CASE("a line without fields and without a connection") {
  const Event event{Level::error, "queue", "no disk", {}, 0};
  CHECK(log::to_logfmt(event) == "l=error m=\"no disk\" pkg=queue\n");
  CHECK(log::to_json(event) == "{\"l\":\"error\",\"m\":\"no disk\",\"pkg\":\"queue\"}\n");
}

TEST_CASE("no input forges a line or a key") {
  const std::vector<std::string> inputs = {
      "\nl=error m=forged",
      "x\r\nl=error m=forged",
      "\" m=forged",
      "\\\" m=forged",
      "\\",
      "x cid=1",
      "=",
      "x\",\"m\":\"forged",
      "\xC2\x85l=error",
      "\xE2\x80\xA8l=error",
      "\xFF\" m=forged",
      "\xE2\" m=forged",
      "\xF0\x9F\n\" m=forged",
      "\x1B]0;title\x07",
      "a\0b=c"s,
  };
  const std::vector<std::string> want = {"l", "m", "pkg", "cid", "k", "last"};
  for (const auto& input : inputs) {
    CAPTURE(input);
    const std::vector<Field> fields = {{"k", input}, {"last", 1}};
    const auto line = logfmt(fields);
    check_line(line);
    CHECK(keys_of(line) == want);
    const auto as_json = json_line(fields);
    check_line(as_json);
    const auto parsed = json::parse(as_json);
    REQUIRE(parsed);
    CHECK(parsed->as_object().size() == want.size());
    CHECK(parsed->at("m") == "a message");
  }
}

TEST_CASE("every byte, and every pair with a quotation mark, stays inside") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    for (const auto& input : {one, one + "\" x=", "\"" + one, "a " + one + "\n"}) {
      CAPTURE(byte, input);
      const auto line = logfmt({{"k", input}});
      check_line(line);
      CHECK(keys_of(line) == std::vector<std::string>{"l", "m", "pkg", "cid", "k"});
      const auto as_json = json_line({{"k", input}});
      check_line(as_json);
      CHECK(json::parse(as_json));
    }
  }
}

TEST_CASE("messages, packages and keys do not forge either") {
  const std::string bad = "x\" l=error\n\xFF";
  const std::string long_key(100, 'k');
  const std::vector<Field> fields = {{"a b=\n\"", 1}, {"", 2}, {long_key, 3}};
  const Event event{Level::info, bad, bad, fields, 1};
  const auto line = log::to_logfmt(event);
  check_line(line);
  const std::vector<std::string> want = {
      "l", "m", "pkg", "cid", "a_b___", "", std::string(64, 'k')};
  CHECK(keys_of(line) == want);
  const auto as_json = log::to_json(event);
  check_line(as_json);
  CHECK(json::parse(as_json));
}

TEST_CASE("long texts are cut, between characters") {
  const std::string euro = "\xE2\x82\xAC";
  std::string many;
  for (int i = 0; i < 5000; ++i) many += euro;
  for (const auto& input : {std::string(5000, 'x'), many, "x" + many, "xx" + many,
                            std::string(5000, '\n'), std::string(5000, '\xFF')}) {
    CAPTURE(input.substr(0, 4));
    for (const auto& line : {logfmt({{"k", input}}), json_line({{"k", input}})}) {
      check_line(line);
      CHECK(line.find("...\"") != std::string::npos);
      CHECK(line.find("cut") == std::string::npos);
    }
  }
  // Just as long as it may be.
  const std::string longest(log::text_limit, 'x');
  CHECK(logfmt({{"k", longest}}) == std::string(logfmt_start) + " k=" + longest + '\n');
}

TEST_CASE("a field that makes the line too long is left out, and the line says so") {
  const std::string large(2000, 'x');
  const std::vector<Field> fields = {{"a", large}, {"b", large}, {"c", large}, {"d", 1}};
  const auto line = logfmt(fields);
  check_line(line);
  CHECK(keys_of(line) == std::vector<std::string>{"l", "m", "pkg", "cid", "a", "b", "d", "cut"});
  const auto as_json = json_line(fields);
  check_line(as_json);
  const auto parsed = json::parse(as_json);
  REQUIRE(parsed);
  CHECK(parsed->at("cut") == true);
  CHECK(!parsed->as_object().contains("c"));
  CHECK(parsed->at("d") == 1);
}

TEST_CASE("the longest message and package still leave a whole line") {
  for (const auto& part : {std::string(5000, 'x'), std::string(5000, '\xFF'),
                           std::string(5000, '\x01'), std::string(5000, '"')}) {
    CAPTURE(part.substr(0, 1));
    const Event event{Level::warn, part, part, {}, UINT64_MAX};
    check_line(log::to_logfmt(event));
    check_line(log::to_json(event));
    CHECK(json::parse(log::to_json(event)));
  }
}

TEST_CASE("levels by name") {
  for (int i = 0; i < log::level_count; ++i) {
    const auto level = static_cast<Level>(i);
    CHECK(log::parse_level(log::to_string(level)) == level);
  }
  for (const auto name : {"", "Info", "info ", "fatal", "print"}) {
    CAPTURE(name);
    CHECK(!log::parse_level(name));
  }
}
