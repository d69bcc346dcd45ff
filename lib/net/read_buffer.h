// Bytes received and not yet read. Holds no memory while it is empty and released. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace mox::net {

// Views into it are valid until the next call that is not const, except for unread().
class ReadBuffer {
public:
  // The size that is allocated unless more is asked for; holds the largest TLS record.
  static constexpr std::size_t usual_capacity = 16384;

  ReadBuffer() = default;
  ~ReadBuffer();
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;

  bool empty() const { return begin_ == end_; }

  std::string_view bytes() const { return {memory_.get() + begin_, end_ - begin_}; }

  // Free space behind the bytes, at least one byte; such that the buffer can hold `total` bytes.
  std::span<char> room(std::size_t total);

  // `size` bytes were written to the front of room().
  void add(std::size_t size) { end_ += size; }

  // The first `size` bytes, which are read now.
  std::string_view take(std::size_t size);
  // The last `size` bytes taken come back.
  void unread(std::size_t size);
  // The first line without its end, which is read now; nullopt when there is none within `max`
  // bytes, the line end included. `strict`: only CRLF ends a line.
  std::optional<std::string_view> take_line(std::size_t max, bool strict);
  bool has_line(bool strict) const;

  // Gives the memory back when there is nothing in it.
  void release();

private:
  std::size_t find_line_end(bool strict, std::size_t from) const;

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t scanned_ = 0; // bytes from begin_ on that hold no line end
};

} // namespace mox::net
