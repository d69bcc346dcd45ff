// Little-endian numbers in and out of records. Pure.
#pragma once

#include "store/damaged_record.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace mox::store {

// The lowest `width` bytes of `n`.
inline void put_le(char* into, std::uint64_t n, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) into[i] = static_cast<char>(n >> (8 * i));
}

inline std::uint64_t get_le(const char* from, std::size_t width) {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < width; ++i) {
    n |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  }
  return n;
}

[[noreturn]] inline void corrupt_record(std::string_view what) {
  throw DamagedRecord(what);
}

class RecordWriter {
public:
  explicit RecordWriter(std::uint8_t version) { number(version); }

  template <class T> RecordWriter& number(T n) {
    static_assert(std::is_integral_v<T>);
    char bytes[sizeof(T)];
    put_le(bytes, static_cast<std::uint64_t>(n), sizeof(T));
    text_.append(bytes, sizeof(T));
    return *this;
  }

  // With its length before it.
  RecordWriter& text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    text_ += text;
    return *this;
  }

  // To the record's end.
  RecordWriter& rest(std::string_view text) {
    text_ += text;
    return *this;
  }

  std::string take() { return std::move(text_); }

private:
  std::string text_;
};

class RecordReader {
public:
  // Fails for any other version.
  RecordReader(std::string_view bytes, std::uint8_t version, std::string_view what)
      : left_(bytes), what_(what) {
    if (number<std::uint8_t>() != version) corrupt_record(what_);
  }

  template <class T> T number() {
    const auto bytes = take(sizeof(T));
    return static_cast<T>(get_le(bytes.data(), sizeof(T)));
  }

  std::string_view text() { return take(number<std::uint32_t>()); }

  std::string_view rest() { return take(left_.size()); }

  void done() const {
    if (!left_.empty()) corrupt_record(what_);
  }

private:
  std::string_view take(std::size_t size) {
    if (left_.size() < size) corrupt_record(what_);
    const auto bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return bytes;
  }

  std::string_view left_;
  std::string_view what_;
};

} // namespace mox::store
