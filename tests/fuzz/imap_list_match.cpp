// links: imap
// A pattern and a name, a newline between them: the bit sets agree with the plain definition.
#include "imap/list_pattern.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

// By the definition, in a table over all prefixes of both.
bool plain_match(std::string_view pattern, std::string_view name) {
  std::vector<char> row(name.size() + 1);
  row[0] = 1;
  for (const char p : pattern) {
    std::vector<char> next(name.size() + 1);
    const bool wildcard = p == '*' || p == '%';
    next[0] = wildcard ? row[0] : '\0';
    for (std::size_t i = 0; i < name.size(); ++i) {
      const bool takes = p == '*' || (p == '%' && name[i] != '/');
      const bool fits =
          wildcard ? row[i + 1] != 0 || (takes && next[i] != 0) : row[i] != 0 && p == name[i];
      next[i + 1] = fits ? 1 : 0;
    }
    row = next;
  }
  return row[name.size()];
}

bool may_be_inbox(std::string_view name) {
  constexpr std::string_view inbox = "inbox";
  if (name.size() < inbox.size()) return false;
  for (std::size_t i = 0; i < inbox.size(); ++i)
    if ((name[i] | 0x20) != inbox[i]) return false;
  return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string input(data, data + size);
  const auto middle = input.find('\n');
  if (middle == std::string::npos) return 0;
  auto pattern = std::string_view(input).substr(0, middle);
  const auto name = std::string_view(input).substr(middle + 1);
  const mox::imap::ListPattern compiled("", pattern);
  const bool matches = compiled.matches(name);
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (may_be_inbox(name) || pattern.size() > mox::imap::ListPattern::max_size) return 0;
  if (matches != plain_match(pattern, name)) std::abort();
  // What matches below a name makes that name worth listing.
  for (std::size_t i = 0; matches && i < name.size(); ++i)
    if (name[i] == '/' && i + 1 < name.size() && !compiled.may_match_below(name.substr(0, i)))
      std::abort();
  return 0;
}
