#include "text/utf8.h"

#include <cstdint>
#include <cstring>

namespace mox::text {

namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t character;
  std::size_t size; // 0 where the bytes are malformed
};

constexpr Decoded malformed{replacement, 0};

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

// RFC 3629 section 4: UTF8-2, UTF8-3 and UTF8-4. `s` starts with a byte that is not ASCII.
Decoded decode_long(std::string_view s) {
  const auto byte = [&](std::size_t i) -> unsigned char {
    return static_cast<unsigned char>(s[i]);
  };
  const auto lead = byte(0);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  // 80..C1 is a continuation, or the start of an overlong form; above F4 is beyond U+10FFFF.
  if (lead < 0xC2 || lead > 0xF4 || s.size() < size) return malformed;
  // The second byte tells overlong forms, surrogates and what is beyond U+10FFFF.
  const auto second = byte(1);
  if (!is_continuation(second)) return malformed;
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
    return malformed;
  char32_t character = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(byte(i))) return malformed;
    character = (character << 6) | (byte(i) & 0x3Fu);
  }
  return {character, size};
}

// How many bytes at the front of `s` are ASCII.
std::size_t ascii_prefix(std::string_view s) {
  std::size_t size = 0;
  while (s.size() - size >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, s.data() + size, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
    size += sizeof word;
  }
  while (size < s.size() && static_cast<unsigned char>(s[size]) < 0x80) ++size;
  return size;
}

} // namespace

bool is_utf8(std::string_view s) {
  for (;;) {
    s.remove_prefix(ascii_prefix(s));
    while (!s.empty() && static_cast<unsigned char>(s.front()) >= 0x80) {
      const auto size = decode_long(s).size;
      if (size == 0) return false;
      s.remove_prefix(size);
    }
    if (s.empty()) return true;
  }
}

std::string repair_utf8(std::string_view s) {
  std::string result;
  result.reserve(s.size());
  while (!s.empty()) {
    const auto ascii = ascii_prefix(s);
    result.append(s.substr(0, ascii));
    s.remove_prefix(ascii);
    if (s.empty()) break;
    if (const auto size = decode_long(s).size; size > 0) {
      result.append(s.substr(0, size));
      s.remove_prefix(size);
    } else {
      append_utf8(result, replacement);
      s.remove_prefix(1);
    }
  }
  return result;
}

std::string_view cut_utf8(std::string_view s, std::size_t size) {
  if (size >= s.size()) return s;
  std::size_t start = size;
  while (start > 0 && size - start < 3 && is_continuation(static_cast<unsigned char>(s[start])))
    --start;
  const bool is_long = static_cast<unsigned char>(s[start]) >= 0x80;
  const bool cut = start < size && is_long && start + decode_long(s.substr(start)).size > size;
  return s.substr(0, cut ? start : size);
}

void append_utf8(std::string& to, char32_t character) {
  const auto add = [&to](char32_t byte) { to.push_back(static_cast<char>(byte)); };
  const auto continuation = [](char32_t bits) { return 0x80 | (bits & 0x3F); };
  if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) character = replacement;
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0 | (character >> 6));
    add(continuation(character));
  } else if (character < 0x10000) {
    add(0xE0 | (character >> 12));
    add(continuation(character >> 6));
    add(continuation(character));
  } else {
    add(0xF0 | (character >> 18));
    add(continuation(character >> 12));
    add(continuation(character >> 6));
    add(continuation(character));
  }
}

char32_t next_utf8(std::string_view& s) {
  const auto lead = static_cast<unsigned char>(s.front());
  const auto decoded = lead < 0x80 ? Decoded{lead, 1} : decode_long(s);
  s.remove_prefix(decoded.size == 0 ? 1 : decoded.size);
  return decoded.character;
}

} // namespace mox::text
