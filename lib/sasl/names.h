// Names of users, as all mechanisms take them. Pure.
#pragma once

#include "text/utf8.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::sasl {

// RFC 4616 section 2 says 255 for each field; long generated passwords occur.
inline constexpr std::size_t name_limit = 1024;

// UTF-8 without NUL, neither empty nor beyond the limit.
inline bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_limit && text.find('\0') == std::string_view::npos &&
         text::is_utf8(text);
}

} // namespace mox::sasl
