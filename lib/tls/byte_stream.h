// What TLS runs on: a byte stream whose calls never block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mox::tls {

enum class Status : std::uint8_t {
  done,       // `size` bytes went through
  want_read,  // try again when bytes have come
  want_write, // try again when there is room to send
  end,        // the peer ended its side
  failed,     // `error_number`, or the text of the layer that failed
};

struct Step {
  Status status = Status::done;
  std::size_t size = 0;
  int error_number = 0;
};

class ByteStream {
public:
  virtual ~ByteStream() = default;
  // At least one byte when done.
  virtual Step receive(std::span<char> into) = 0;
  virtual Step send(std::string_view bytes) = 0;
};

} // namespace mox::tls
