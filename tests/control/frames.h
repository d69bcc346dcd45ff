// What goes over the wire, written down shortly.
#pragma once

#include "control/frame.h"
#include "control/hello.h"

#include <string>
#include <string_view>

namespace mox::test {

inline std::string frame(control::FrameType type, std::string_view payload = {}) {
  std::string bytes;
  control::append_frame(bytes, type, payload);
  return bytes;
}

// A frame by its letter.
inline std::string frame(char type, std::string_view payload = {}) {
  return frame(static_cast<control::FrameType>(type), payload);
}

inline std::string head(char type, std::uint32_t size) {
  std::string bytes(1, type);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(size >> shift);
  return bytes;
}

} // namespace mox::test
