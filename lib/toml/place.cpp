#include "toml/place.h"

#include "text/utf8.h"
#include "toml/lexer.h"

#include <algorithm>

namespace mox::toml {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t replacement_size = 3; // where it is really meant

// Offset of the first malformed byte.
std::size_t find_malformed(std::string_view text) {
  auto rest = text;
  while (!rest.empty()) {
    const auto before = rest.size();
    if (text::next_utf8(rest) == replacement && before - rest.size() < replacement_size)
      return text.size() - before;
  }
  return text.size();
}

} // namespace

Place place_of(std::string_view text, std::size_t offset) {
  const auto begin = text_begin(text);
  const auto before = text.substr(begin, offset - std::min(begin, offset));
  auto line = before.substr(before.rfind('\n') + 1);
  Place place{.line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
              .column = 1};
  for (; !line.empty(); ++place.column) text::next_utf8(line);
  return place;
}

Place place_of_malformed(std::string_view text) {
  return place_of(text, find_malformed(text));
}

} // namespace mox::toml
