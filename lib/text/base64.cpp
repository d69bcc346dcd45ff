#include "text/base64.h"

#include <array>
#include <cstdint>

namespace mox::text {

namespace {

using Alphabet = std::array<char, 64>;
// The value of each byte, or `invalid`.
using Values = std::array<std::uint8_t, 256>;

constexpr std::uint8_t invalid = 0xFF;

constexpr Alphabet make_alphabet(char second_last, char last) {
  Alphabet alphabet{};
  std::size_t i = 0;
  for (char c = 'A'; c <= 'Z'; ++c) alphabet[i++] = c;
  for (char c = 'a'; c <= 'z'; ++c) alphabet[i++] = c;
  for (char c = '0'; c <= '9'; ++c) alphabet[i++] = c;
  alphabet[i++] = second_last;
  alphabet[i] = last;
  return alphabet;
}

constexpr Values make_values(const Alphabet& alphabet) {
  Values values{};
  values.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr Alphabet standard_alphabet = make_alphabet('+', '/');
constexpr Alphabet url_alphabet = make_alphabet('-', '_');
constexpr Values standard_values = make_values(standard_alphabet);
constexpr Values url_values = make_values(url_alphabet);

std::string encode(std::string_view bytes, const Alphabet& alphabet, bool padding) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  const auto at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  const auto put = [&](std::uint32_t group, int characters) {
    for (int i = 0; i < characters; ++i) text.push_back(alphabet[(group >> (18 - 6 * i)) & 63]);
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) put(at(i) << 16 | at(i + 1) << 8 | at(i + 2), 4);
  const auto rest = bytes.size() - i;
  if (rest == 1) put(at(i) << 16, 2);
  if (rest == 2) put(at(i) << 16 | at(i + 1) << 8, 3);
  if (padding && rest > 0) text.append(3 - rest, '=');
  return text;
}

std::unexpected<Error> bad_base64() {
  return failure(ErrorKind::invalid, "malformed base64");
}

// `text` is without padding.
Result<std::string> decode(std::string_view text, const Values& values) {
  const auto rest = text.size() % 4;
  if (rest == 1) return bad_base64();
  std::string bytes(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
  auto to = bytes.begin();
  const auto put = [&](std::uint32_t value) { *to++ = static_cast<char>(value); };
  std::uint8_t seen = 0;
  const auto at = [&](std::size_t i) {
    const auto value = values[static_cast<unsigned char>(text[i])];
    seen |= value;
    return static_cast<std::uint32_t>(value);
  };
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const auto group = at(i) << 18 | at(i + 1) << 12 | at(i + 2) << 6 | at(i + 3);
    put(group >> 16);
    put(group >> 8);
    put(group);
  }
  std::uint32_t spare = 0;
  if (rest >= 2) {
    const auto group = at(i) << 18 | at(i + 1) << 12 | (rest == 3 ? at(i + 2) << 6 : 0);
    put(group >> 16);
    if (rest == 3) put(group >> 8);
    spare = group & (rest == 3 ? 0xFFu : 0xFFFFu);
  }
  // Values are below 64; `invalid` sets the two bits above.
  if ((seen & 0xC0) != 0 || spare != 0) return bad_base64();
  return bytes;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

} // namespace

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, standard_alphabet, true);
}

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, url_alphabet, false);
}

Result<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return bad_base64();
  if (text.ends_with("=="))
    text.remove_suffix(2);
  else if (text.ends_with('='))
    text.remove_suffix(1);
  return decode(text, standard_values);
}

Result<std::string> base64url_decode(std::string_view text) {
  return decode(text, url_values);
}

std::string hex_encode(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

Result<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return failure(ErrorKind::invalid, "odd number of hexadecimal digits");
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return failure(ErrorKind::invalid, "not a hexadecimal digit");
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

} // namespace mox::text
