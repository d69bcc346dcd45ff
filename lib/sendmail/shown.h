// What others wrote, as part of a line for people or the log. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::sendmail {

// One line of at most `size` bytes, without control characters, which could forge lines of the log
// or move the cursor of a terminal.
std::string shown(std::string_view text, std::size_t size = 100);

} // namespace mox::sendmail
