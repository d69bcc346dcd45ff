// links: address
// A localpart that was read is written to what reads the same; its canonical form is its own.
#include "address/localpart.h"
#include "text/utf8.h"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mox::address;
  const std::string text(data, data + size);
  const auto localpart = parse_localpart(text, localpart_tolerance);
  if (!localpart) return 0;
  require(mox::text::is_utf8(localpart->value));
  const auto again = parse_localpart(to_string(*localpart), 2 * localpart_tolerance + 2);
  require(again.has_value() && *again == *localpart);
  const std::string separators[] = {"+", "-"};
  for (const bool case_sensitive : {false, true}) {
    const CanonicalRules rules{.case_sensitive = case_sensitive, .separators = separators};
    const auto made = canonical(*localpart, rules);
    if (made) require(canonical(*made, rules) == made);
  }
  return 0;
}
