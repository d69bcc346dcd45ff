// links: spf
// Macros expand to a name within the limit, or to an explanation of printable ASCII. The first line
// is the macro string, the others the values.
#include "spf/macro.h"
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

std::string take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  std::string_view rest = bytes;
  const auto text = take_line(rest);
  spf::MacroValues values{.local = take_line(rest),
                          .origin = take_line(rest),
                          .domain = take_line(rest),
                          .ip = spf::parse_ip6("2001:db8::1").value(),
                          .validated = take_line(rest),
                          .helo = take_line(rest),
                          .receiver = take_line(rest),
                          .time = 1};
  if (const auto macros = spf::parse_macros(text, spf::MacroPlace::domain)) {
    require(macros->text == text);
    const auto name = spf::expand_target(*macros, values);
    require(name.size() <= spf::target_limit);
    require(spf::parse_macros(text, spf::MacroPlace::explanation).has_value());
    require(spf::parse_macros(text, spf::MacroPlace::modifier).has_value());
  }
  if (const auto macros = spf::parse_macros(text, spf::MacroPlace::explanation)) {
    if (const auto shown = spf::expand_explanation(*macros, values))
      require(shown->size() <= spf::explanation_limit &&
              std::ranges::all_of(*shown, text::is_printable));
  }
  return 0;
}
