// Breaks texts into lines for terminals and manual pages. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::cli {

// Each line at most `width` bytes long where a space allows it. Line ends, and lines that begin
// with a space, stay as they are.
std::string wrapped(std::string_view text, std::size_t width);

} // namespace mox::cli
