// The is_email vectors: what is valid in SMTP is read, all else is not.

#include "address/path.h"
#include "support/catch.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

using namespace mox;

namespace {

std::optional<std::string> read_vectors() {
  std::ifstream in(std::string(MOX_SHARED_VECTORS) + "/address-syntax/tests.xml");
  if (!in) {
    const char* ci = std::getenv("CI");
    if (ci != nullptr && std::string_view(ci) == "true") FAIL("missing vectors: address-syntax");
    WARN("skipped, missing vectors: address-syntax");
    return std::nullopt;
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Between <name> and </name>.
std::string_view element(std::string_view xml, std::string_view name) {
  const auto open = xml.find('<' + std::string(name) + '>');
  if (open == std::string_view::npos) return {};
  xml.remove_prefix(open + name.size() + 2);
  return xml.substr(0, xml.find("</"));
}

// The vectors show control characters by their symbols, U+2400 to U+2420, as references mostly.
char32_t meant(char32_t c) {
  return c >= 0x2400 && c <= 0x2420 ? c - 0x2400 : c;
}

// The character that "#60", "#x3c" or "lt" stands for.
char32_t referenced(std::string_view name) {
  static const std::map<std::string_view, char32_t> entities = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  if (!name.starts_with('#')) return entities.at(name);
  const bool hex = name.starts_with("#x");
  return static_cast<char32_t>(
      std::stoul(std::string(name.substr(hex ? 2 : 1)), nullptr, hex ? 16 : 10));
}

std::string unescape(std::string_view s) {
  std::string result;
  while (!s.empty()) {
    if (!s.starts_with('&')) {
      text::append_utf8(result, meant(text::next_utf8(s)));
      continue;
    }
    const auto name = s.substr(1, s.find(';') - 1);
    s.remove_prefix(name.size() + 2);
    text::append_utf8(result, meant(referenced(name)));
  }
  return result;
}

// Rows on which we differ from those that are valid in SMTP and on the Internet, and why. Control
// characters are not among them: obs-qtext of RFC 5322 section 4.1 has them, qtextSMTP of RFC 5321
// section 4.1.2 does not.
const std::map<int, const char*> deviations = {
    {71, "RFC 4291 allows \"::\" for one group; senders write it"},
};

} // namespace

TEST_CASE("the is_email vectors") {
  const auto vectors = read_vectors();
  if (!vectors) return;
  std::string_view rest = *vectors;
  int valid = 0;
  int refused = 0;
  for (auto start = rest.find("<test id="); start != std::string_view::npos;
       start = rest.find("<test id=")) {
    rest.remove_prefix(start);
    const auto test = rest.substr(0, rest.find("</test>"));
    rest.remove_prefix(test.size());
    const int id = std::stoi(std::string(test.substr(10, 4)));
    const auto address = unescape(element(test, "address"));
    const auto category = element(test, "category");
    CAPTURE(id, address, category, element(test, "diagnosis"));
    const bool want = category == "ISEMAIL_VALID_CATEGORY" || category == "ISEMAIL_DNSWARN" ||
                      category == "ISEMAIL_RFC5321";
    const auto path = address::parse_path(address);
    CHECK(path.has_value() == (want != deviations.contains(id)));
    if (path) CHECK(address::parse_path(to_string(*path)).value() == *path);
    ++(want ? valid : refused);
  }
  CHECK(valid == 38);
  CHECK(refused == 126);
}
