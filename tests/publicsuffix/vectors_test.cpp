// The tests of the public suffix list, with the list that they fit.
#include "publicsuffix/publicsuffix.h"
#include "support/catch.h"
#include "support/shared_file.h"

#include <sstream>
#include <string>

using namespace mox;

namespace {

// The registrable domain, in the form in which the tests give it: "null" for none.
std::string registrable(const publicsuffix::List& list, const std::string& text) {
  const auto name = dns::parse_name(text);
  if (!name) return "null";
  const auto domain = list.registrable(*name);
  return domain ? domain->ascii() : "null";
}

std::string canonical(const std::string& text) {
  const auto name = dns::parse_name(text);
  return name ? name->ascii() : text;
}

} // namespace

TEST_CASE("public suffix: the list's own tests") {
  const auto text = test::read_shared(MOX_SHARED_VECTORS, "psl/public_suffix_list.dat");
  const auto tests = test::read_shared(MOX_SHARED_VECTORS, "psl/tests.txt");
  if (!text || !tests) return;
  const auto list = publicsuffix::List::parse(*text);
  REQUIRE(list.has_value());
  std::istringstream lines(*tests);
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name;
    std::string want;
    if (line.starts_with("//") || !(words >> name >> want)) continue;
    CAPTURE(name);
    CHECK(registrable(*list, name) == (want == "null" ? want : canonical(want)));
    ++count;
  }
  CHECK(count > 70);
}
