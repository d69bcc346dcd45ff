// links: spf
// A record that is read is written to what reads the same; an error shows in a line of ASCII.
#include "spf/record.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto record = spf::parse_record(text);
  if (!record) {
    require(record.error().position <= text.size());
    const auto shown = spf::to_string(record.error());
    require(shown.size() < 400 && std::ranges::all_of(shown, text::is_printable));
    return 0;
  }
  require(spf::is_record(text) && std::ranges::all_of(text, text::is_printable));
  const auto again = spf::parse_record(spf::to_string(*record));
  require(again.has_value() && *again == *record);
  for (const auto& directive : record->directives)
    require(directive.prefix4 <= 32 && directive.prefix6 <= 128);
  return 0;
}
