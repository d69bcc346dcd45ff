// What this program has allocated and not given back.
#pragma once

#include <cstdint>
#include <malloc.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MOX_SANITIZER_HEAP
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace mox::test {

// Bytes, with the room of strings and containers that they do not use; of the main thread at least.
inline std::int64_t heap_in_use() {
#ifdef MOX_SANITIZER_HEAP
  return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
  const auto info = ::mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
#endif
}

} // namespace mox::test
