// How far aliases (CNAME) are followed. Pure.
#pragma once

#include <cstddef>

namespace mox::resolver {

// RFC 1034 section 3.6.2 wants chains followed and loops found; nobody needs longer ones.
inline constexpr std::size_t alias_limit = 16;

} // namespace mox::resolver
