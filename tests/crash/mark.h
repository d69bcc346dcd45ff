// Lets a program under the recorder write its own events into the log, such as "acknowledged 17".
#pragma once

#include <dlfcn.h>
#include <string_view>

namespace mox::test {

// Does nothing when the recorder is not loaded. At most 60,000 bytes.
inline void crash_mark(std::string_view text) {
  using Mark = void (*)(const char*, unsigned long);
  static void* const symbol = ::dlsym(RTLD_DEFAULT, "mox_crash_mark");
  if (symbol != nullptr) __extension__ reinterpret_cast<Mark>(symbol)(text.data(), text.size());
}

} // namespace mox::test
