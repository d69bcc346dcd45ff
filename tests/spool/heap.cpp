#include "heap.h"

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

std::atomic<std::int64_t> in_use = 0;

} // namespace

namespace mox::test {

std::int64_t heap_in_use() {
  return in_use.load();
}

} // namespace mox::test

// Those of the standard library for arrays, and those that do not throw, call these.
void* operator new(std::size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  in_use += static_cast<std::int64_t>(::malloc_usable_size(memory));
  return memory;
}

void operator delete(void* memory) noexcept {
  in_use -= static_cast<std::int64_t>(::malloc_usable_size(memory));
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
