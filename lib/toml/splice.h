// Replacements in a text. Pure.
#pragma once

#include "toml/lexer.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::toml {

struct Splice {
  Span span;
  std::string text; // what stands there instead
};

// They may touch, but not overlap; of those that begin at the same place, the empty ones come
// first, in their order. Where lines at the end of the text go, so do the blank lines above.
std::string apply(std::string_view text, std::vector<Splice> splices);

// Lines to be taken out: with the blank lines below, where there are some above too.
Span with_blank_lines(std::string_view text, Span lines);

} // namespace mox::toml
