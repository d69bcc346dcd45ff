// A key and a value of a log line. Pure.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace mox::log {

// Keeps a view of a text, which must live until the line is written. Cheap to make, so that it may
// be made for lines that are not written.
struct Field {
  using Value = std::variant<std::string_view, bool, std::int64_t, std::uint64_t, double>;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}

  Field(std::string_view name, const std::string& text)
      : key(name), value(std::string_view(text)) {}

  Field(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}

  Field(std::string_view name, bool flag) : key(name), value(flag) {}

  template <std::signed_integral T>
  Field(std::string_view name, T number) : key(name), value(std::int64_t{number}) {}

  template <std::unsigned_integral T>
  Field(std::string_view name, T number) : key(name), value(std::uint64_t{number}) {}

  template <std::floating_point T>
  Field(std::string_view name, T number) : key(name), value(static_cast<double>(number)) {}

  // In seconds.
  template <class Rep, class Period>
  Field(std::string_view name, std::chrono::duration<Rep, Period> duration)
      : key(name), value(std::chrono::duration<double>(duration).count()) {}

  std::string_view key;
  Value value;
};

} // namespace mox::log
