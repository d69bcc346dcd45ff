// How far apart two words are, to name what was probably meant. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace mox::text {

// The least number of bytes to insert, delete, replace or swap with their neighbour that turns one
// word into the other. For words typed by people: it takes time in proportion to the product of the
// lengths.
std::size_t edit_distance(std::string_view a, std::string_view b);

} // namespace mox::text
