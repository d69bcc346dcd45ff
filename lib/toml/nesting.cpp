#include "toml/nesting.h"

#include "toml/lexer.h"

namespace mox::toml {

std::optional<std::size_t> find_nesting(std::string_view text, std::size_t limit) {
  std::size_t open = 0;
  std::size_t dots = 0;
  for (std::size_t at = text_begin(text); at < text.size();) {
    switch (text[at]) {
    case '"':
    case '\'': at = skip_string(text, at); continue;
    case '#':
      at = skip_line(text, at);
      dots = 0;
      continue;
    case '[':
    case '{':
      ++open;
      dots = 0;
      break;
    case ']':
    case '}':
      if (open > 0) --open;
      dots = 0;
      break;
    case '\n':
    case ',':
    case '=': dots = 0; break;
    case '.': ++dots; break;
    default: break;
    }
    if (open > 2 * limit || dots > limit) return at;
    ++at;
  }
  return std::nullopt;
}

} // namespace mox::toml
