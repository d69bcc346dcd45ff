// Finds text that nests too deep before a parser that recurses sees it. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mox::toml {

// Where more than `limit` dots stand between keys, or more than twice as many brackets and
// braces are open (a header opens two). The depth that is left can be at most two times the square
// of the limit. Exact for the well-formed beginning of a text, which is all that a parser
// recurses into.
std::optional<std::size_t> find_nesting(std::string_view text, std::size_t limit);

} // namespace mox::toml
