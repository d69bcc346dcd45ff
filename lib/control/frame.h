// The pieces that everything behind the hello is made of. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mox::control {

//   frame = type size payload
//   type = 1OCTET
//   size = 4OCTET       ; of the payload, the highest byte first
enum class FrameType : char {
  // From the client.
  command = 'C',        // begins a request: the words of the command
  parameter_part = 'M', // of a parameter that goes on with the next frame
  parameter = 'P',      // a parameter, or the last part of one
  go = 'G',             // the request is complete
  input = 'I',          // of the input, at least one byte
  input_end = 'E',      // the input is complete
  input_broken = 'X',   // no more input comes, and it is not complete

  // From the server.
  output = 'O', // of the output, at least one byte
  done = 'K',   // the result: success
  failed = 'F', // the result: a failure, see failure.h
};

constexpr std::size_t head_size = 5;
constexpr std::size_t max_payload = 65536;
constexpr std::size_t max_command = 256;

struct FrameHead {
  FrameType type = FrameType::command;
  std::uint32_t size = 0;

  bool operator==(const FrameHead&) const = default;
};

// ErrorKind::invalid for a type that does not exist, or a size that the type does not have.
Result<FrameHead> parse_head(std::span<const char, head_size> bytes);

// `payload` must be of a size that the type has.
void append_frame(std::string& to, FrameType type, std::string_view payload = {});

// For errors: "a frame of type 'C'".
std::string describe(FrameType type);

} // namespace mox::control
