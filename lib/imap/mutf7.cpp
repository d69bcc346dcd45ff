#include "imap/mutf7.h"

#include "text/utf8.h"

#include <array>
#include <cstdint>
#include <optional>

namespace mox::imap {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}

constexpr auto digits = make_digits();

constexpr bool is_direct(char32_t c) {
  return c >= 0x20 && c <= 0x7e;
}

constexpr bool is_high_surrogate(char32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}

constexpr bool is_low_surrogate(char32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

Result<std::string> refused(std::string_view why) {
  return failure(ErrorKind::invalid, "modified UTF-7: " + std::string(why));
}

// Joins UTF-16 code units to characters.
class UnitReader {
public:
  // False for a surrogate out of place, or a character that must stand for itself.
  bool add(char32_t unit, std::string& to) {
    if (high_ != 0) {
      if (!is_low_surrogate(unit)) return false;
      text::append_utf8(to, 0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00));
      high_ = 0;
      return true;
    }
    if (is_high_surrogate(unit)) {
      high_ = unit;
      return true;
    }
    if (is_low_surrogate(unit) || is_direct(unit)) return false;
    text::append_utf8(to, unit);
    return true;
  }

  bool complete() const { return high_ == 0; }

private:
  char32_t high_ = 0;
};

// The base64 between "&" and "-" as characters; false when it is malformed.
bool decode_shift(std::string_view base64, std::string& to) {
  UnitReader units;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : base64) {
    const auto digit = digits[static_cast<unsigned char>(c)];
    if (digit == no_digit) return false;
    bits = (bits << 6 | digit) & 0xff'ffff;
    count += 6;
    if (count < 16) continue;
    count -= 16;
    if (!units.add((bits >> count) & 0xffff, to)) return false;
  }
  // What is left over may only be padding: fewer bits than a digit has, all zero.
  return units.complete() && count < 6 && (bits & ((1U << count) - 1)) == 0;
}

// Collects UTF-16 code units and writes them as base64.
class UnitWriter {
public:
  explicit UnitWriter(std::string& to) : to_(to) {}

  void add(char32_t character) {
    if (character < 0x10000) return add_unit(character);
    character -= 0x10000;
    add_unit(0xd800 + (character >> 10));
    add_unit(0xdc00 + (character & 0x3ff));
  }

  void close() {
    if (!open_) return;
    if (count_ > 0) to_ += alphabet[(bits_ << (6 - count_)) & 0x3f];
    to_ += '-';
    open_ = false;
    bits_ = count_ = 0;
  }

private:
  void add_unit(char32_t unit) {
    if (!open_) to_ += '&';
    open_ = true;
    bits_ = bits_ << 16 | unit;
    for (count_ += 16; count_ >= 6; count_ -= 6) to_ += alphabet[(bits_ >> (count_ - 6)) & 0x3f];
    bits_ &= 0x3f;
  }

  std::string& to_;
  bool open_ = false;
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
};

} // namespace

Result<std::string> mutf7_decode(std::string_view name) {
  std::string result;
  result.reserve(name.size());
  bool after_shift = false;
  while (!name.empty()) {
    const char c = name.front();
    if (!is_direct(static_cast<unsigned char>(c))) return refused("a byte outside of ASCII");
    if (c != '&') {
      result += c;
      name.remove_prefix(1);
      after_shift = false;
      continue;
    }
    const auto end = name.find('-');
    if (end == std::string_view::npos) return refused("an & without its -");
    const auto base64 = name.substr(1, end - 1);
    if (base64.empty()) {
      result += '&';
    } else {
      if (after_shift) return refused("two shifts that could be one");
      if (!decode_shift(base64, result)) return refused("malformed base64");
    }
    after_shift = !base64.empty();
    name.remove_prefix(end + 1);
  }
  return result;
}

std::string mutf7_encode(std::string_view name) {
  std::string result;
  result.reserve(name.size());
  UnitWriter units(result);
  while (!name.empty()) {
    const char32_t character = text::next_utf8(name);
    if (!is_direct(character)) {
      units.add(character);
      continue;
    }
    units.close();
    result += static_cast<char>(character);
    if (character == '&') result += '-';
  }
  units.close();
  return result;
}

} // namespace mox::imap
