// Bytes that must not leak: by the time that a comparison takes, or by staying in memory. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace mox::text {

// In time that depends on the sizes only.
bool equal_constant_time(std::string_view a, std::string_view b);

// Overwrites the characters with zeros, those of its spare capacity too, and empties the string.
// The compiler does not remove it.
void wipe(std::string& s);

// A string that is wiped when it goes.
class Secret {
public:
  Secret() = default;

  // A short string is moved by copying it: the original is wiped too.
  explicit Secret(std::string value) : value_(std::move(value)) { wipe(value); }

  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(value_);
    value_ = std::move(other.value_);
    wipe(other.value_);
    return *this;
  }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  ~Secret() { wipe(value_); }

  std::string_view view() const { return value_; }

private:
  std::string value_;
};

} // namespace mox::text
