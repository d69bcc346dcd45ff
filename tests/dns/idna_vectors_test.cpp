// Unicode's conformance file for UTS #46, and Punycode that must be refused, from the shared
// vectors.

#include "dns/name.h"
#include "json/parse.h"
#include "support/catch.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace mox;

namespace {

// Empty when there is no such file, which in CI is a failure.
std::string read_vectors(const std::string& file) {
  std::ifstream in(std::string(MOX_SHARED_VECTORS) + "/idna/" + file);
  if (!in) {
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing vectors: " << file);
    WARN("skipped, missing vectors: " << file);
    return {};
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> columns(std::string_view line) {
  std::vector<std::string> result;
  while (true) {
    const auto end = line.find(';');
    result.emplace_back(text::trim(line.substr(0, end)));
    if (end == std::string_view::npos) return result;
    line.remove_prefix(end + 1);
  }
}

// "\u200D" and "\x{1F4A9}" as UTF-8; nothing for surrogates, which UTF-8 cannot have.
std::optional<std::string> unescape(std::string_view s) {
  std::string result;
  while (!s.empty()) {
    if (!s.starts_with("\\u") && !s.starts_with("\\x{")) {
      result += s.front();
      s.remove_prefix(1);
      continue;
    }
    const bool braces = s[1] == 'x';
    const auto start = braces ? 3u : 2u;
    const auto end = braces ? s.find('}') : 6u;
    const auto number = std::stoul(std::string(s.substr(start, end - start)), nullptr, 16);
    if (number >= 0xD800 && number <= 0xDFFF) return std::nullopt;
    text::append_utf8(result, static_cast<char32_t>(number));
    s.remove_prefix(end + (braces ? 1 : 0));
  }
  return result;
}

bool is_error(std::string_view status) {
  return !status.empty() && status != "[]";
}

struct Row {
  std::string source; // UTF-8
  std::string ascii;  // "" when it must be refused
  std::string status; // why
};

// A row of the file: source; toUnicode; toUnicodeStatus; toAsciiN; toAsciiNStatus; …, where an
// empty cell repeats the one before.
std::optional<Row> read_row(const std::string& line) {
  const auto comment = line.find('#');
  if (line.find(';') == std::string::npos || comment == 0) return std::nullopt;
  const auto cells = columns(std::string_view(line).substr(0, comment));
  const auto source = unescape(cells.at(0));
  const auto ascii = unescape(!cells.at(3).empty()   ? cells[3]
                              : !cells.at(1).empty() ? cells[1]
                                                     : cells[0]);
  if (!source || !ascii || source->empty()) return std::nullopt;
  const auto& status = cells.at(4).empty() ? cells.at(2) : cells[4];
  return Row{*source, is_error(status) ? "" : *ascii, status};
}

// Where we let more through than UTS #46 does, on purpose.
bool is_tolerated(const Row& row) {
  // An A-label is taken as the bytes that it is, so that names of a newer Unicode get through.
  if (text::lower(row.source).find("xn--") != std::string::npos) return true;
  // Whether labels of different directions may meet is for the zone to say (RFC 5893 section 2).
  if (row.status.find_first_of("ACVU") == std::string::npos) return true;
  // Host names with hyphens in the third and fourth place are in use ("r1---sn.example").
  if (row.status == "[V2]" && text::is_ascii(row.source)) return true;
  // The trailing dot that was asked for.
  return row.status == "[A4_2]";
}

} // namespace

TEST_CASE("the conformance file of UTS #46") {
  const auto vectors = read_vectors("IdnaTestV2.txt");
  if (vectors.empty()) return;
  std::istringstream lines(vectors);
  int good = 0;
  int refused = 0;
  int unknown = 0;
  for (std::string line; std::getline(lines, line);) {
    auto row = read_row(line);
    if (!row) continue;
    CAPTURE(line);
    const auto parsed = dns::parse_name(row->source, {.trailing_dot = true});
    if (row->ascii.empty()) {
      ++refused;
      if (parsed && !is_tolerated(*row)) FAIL_CHECK("accepted as " << parsed->ascii());
    } else if (!parsed) {
      ++unknown;
    } else {
      ++good;
      if (row->ascii.ends_with('.')) row->ascii.pop_back();
      // Unicode 15.1 changed what the capital sharp s is mapped to; the library is older.
      const bool newer = row->source.find("\xE1\xBA\x9E") != std::string::npos;
      if (parsed->ascii() != row->ascii && !newer) FAIL_CHECK("read as " << parsed->ascii());
    }
  }
  CHECK(good > 400);
  CHECK(refused > 4000);
  // Symbols, which IDNA 2008 does not allow, and characters newer than the library.
  CHECK(unknown < 150);
}

TEST_CASE("Punycode of RFC 3492 and what is too much for it") {
  const auto good = read_vectors("punycode_tests.json");
  if (good.empty()) return;
  const auto rows = json::parse(good);
  REQUIRE(rows);
  for (const auto& row : rows->as_array()) {
    const std::string encoded = row.as_object().at("encoded").as_string().c_str();
    const std::string label = text::lower("xn--" + encoded);
    CAPTURE(label);
    // Whatever IDNA says about the characters, a label of LDH bytes must get through.
    const bool is_label =
        label.size() <= dns::label_limit &&
        label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos &&
        !label.ends_with('-');
    CHECK(dns::parse_name(label + ".example").has_value() == is_label);
  }
  const auto bad = json::parse(read_vectors("bad_punycode_tests.json"));
  REQUIRE(bad);
  for (const auto& row : bad->as_array())
    CHECK_FALSE(dns::parse_name(row.as_object().at("decoded").as_string().c_str()));
}
