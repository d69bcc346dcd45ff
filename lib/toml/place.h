// Offsets in a text as lines and columns. Pure.
#pragma once

#include "toml/document.h"

#include <cstddef>
#include <string_view>

namespace mox::toml {

// `text` is UTF-8 up to `offset`.
Place place_of(std::string_view text, std::size_t offset);

// Where the first byte stands that is not UTF-8. There must be one.
Place place_of_malformed(std::string_view text);

} // namespace mox::toml
