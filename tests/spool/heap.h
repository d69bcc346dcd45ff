// What this program holds in memory by way of new.
#pragma once

#include <cstdint>

namespace mox::test {

// Bytes, with the room of strings and containers that they do not use.
std::int64_t heap_in_use();

} // namespace mox::test
