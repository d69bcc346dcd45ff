#include "control/frame.h"

#include "control/failure.h"

#include <fmt/format.h>

#include <optional>

namespace mox::control {

namespace {

struct Sizes {
  std::size_t least;
  std::size_t most;
};

std::optional<Sizes> sizes_of(FrameType type) {
  switch (type) {
  case FrameType::command: return Sizes{1, max_command};
  case FrameType::parameter_part: return Sizes{1, max_payload};
  case FrameType::parameter: return Sizes{0, max_payload};
  case FrameType::input:
  case FrameType::output: return Sizes{1, max_payload};
  case FrameType::go:
  case FrameType::input_end:
  case FrameType::input_broken:
  case FrameType::done: return Sizes{0, 0};
  case FrameType::failed: return Sizes{1, max_failure};
  }
  return std::nullopt;
}

} // namespace

Result<FrameHead> parse_head(std::span<const char, head_size> bytes) {
  FrameHead head{.type = static_cast<FrameType>(bytes[0])};
  for (const char byte : bytes.subspan<1>())
    head.size = head.size << 8U | static_cast<unsigned char>(byte);
  const auto sizes = sizes_of(head.type);
  if (!sizes) return failure(ErrorKind::invalid, describe(head.type) + ", which does not exist");
  if (head.size < sizes->least || head.size > sizes->most)
    return failure(ErrorKind::invalid,
                   fmt::format("{} with {} bytes, where {} to {} can be", describe(head.type),
                               head.size, sizes->least, sizes->most));
  return head;
}

void append_frame(std::string& to, FrameType type, std::string_view payload) {
  to += static_cast<char>(type);
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    to += static_cast<char>(static_cast<unsigned char>(payload.size() >> shift));
  to += payload;
}

std::string describe(FrameType type) {
  const auto byte = static_cast<unsigned char>(type);
  if (byte > 0x20 && byte < 0x7f)
    return fmt::format("a frame of type '{}'", static_cast<char>(type));
  return fmt::format("a frame of type {}", byte);
}

} // namespace mox::control
