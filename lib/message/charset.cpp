#include "message/charset.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <unicode/ucnv.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mox::message {

namespace {

// Labels that mean another charset than they say, as all mail programs take them, and labels that
// ICU has not heard of.
struct Label {
  std::string_view name;
  const char* means;
};

constexpr std::array labels = {
    Label{"iso-8859-1", "windows-1252"},
    Label{"latin1", "windows-1252"},
    Label{"iso8859-1", "windows-1252"},
    Label{"iso_8859-1", "windows-1252"},
    Label{"ansi_x3.110-1983", "windows-1252"},
    Label{"iso-8859-9", "windows-1254"},
    Label{"iso-8859-11", "windows-874"},
    Label{"tis-620", "windows-874"},
    Label{"gb2312", "gb18030"},
    Label{"gbk", "gb18030"},
    Label{"x-gbk", "gb18030"},
    Label{"gb_2312-80", "gb18030"},
    Label{"ks_c_5601-1987", "windows-949"},
    Label{"ks_c_5601", "windows-949"},
    Label{"euc-kr", "windows-949"},
    Label{"ksc5601", "windows-949"},
    Label{"iso-8859-8-i", "iso-8859-8"},
    Label{"iso-8859-8-e", "iso-8859-8"},
    Label{"iso-8859-6-i", "iso-8859-6"},
    Label{"shift-jis", "windows-31j"},
    Label{"shift_jis", "windows-31j"},
    Label{"x-sjis", "windows-31j"},
    Label{"unicode-1-1-utf-7", "utf-7"},
    Label{"x-unicode-2-0-utf-7", "utf-7"},
    Label{"cp-1252", "windows-1252"},
    Label{"x-mac-roman", "macintosh"},
    Label{"mac", "macintosh"},
};

constexpr std::size_t max_charset_size = 64;
constexpr std::size_t cut = 1024; // code units converted at once

bool is_utf8_name(std::string_view name) {
  for (const std::string_view same : {"utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8",
                                      "utf-8-bom", "646", "ansi_x3.4-1968"})
    if (text::iequals(name, same)) return true;
  return false;
}

UConverter* open_converter(std::string_view charset) {
  if (charset.empty() || charset.size() > max_charset_size || !text::is_ascii(charset))
    return nullptr;
  std::string name(charset);
  for (const Label& label : labels)
    if (text::iequals(charset, label.name)) name = label.means;
  // ICU takes "," and "=" for options, and an empty name for the default of the system.
  if (name.find_first_of(std::string_view(",=\0", 3)) != std::string::npos) return nullptr;
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name.c_str(), &error);
  return U_SUCCESS(error) ? converter : nullptr;
}

// Windows-1252, whose five unused bytes are the C1 controls, as browsers have it.
constexpr std::array<char32_t, 32> windows_1252 = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

void append_windows_1252(std::string& to, char c) {
  const auto byte = static_cast<unsigned char>(c);
  text::append_utf8(to, byte >= 0x80 && byte < 0xa0 ? windows_1252[byte - 0x80U] : byte);
}

// Bytes of the character that `lead` begins; 0 when it begins none.
std::size_t utf8_size(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

// Whether more bytes may make a character of `bytes`, which is shorter than its lead says.
bool may_continue(std::string_view bytes) {
  for (const char c : bytes.substr(1))
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80) return false;
  return true;
}

std::size_t ascii_size(std::string_view bytes) {
  std::size_t size = 0;
  for (; bytes.size() - size >= sizeof(std::uint64_t); size += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + size, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (size < bytes.size() && static_cast<unsigned char>(bytes[size]) < 0x80) ++size;
  return size;
}

// Adds what can be told of `bytes` and returns how much that was: the beginning of a character at
// the end is left.
std::size_t append_guessed(std::string& to, std::string_view bytes, bool strict) {
  std::size_t at = 0;
  while (true) {
    const auto ascii = ascii_size(bytes.substr(at));
    to += bytes.substr(at, ascii);
    at += ascii;
    if (at == bytes.size()) break;
    const auto size = utf8_size(bytes[at]);
    const auto character = bytes.substr(at, size);
    if (character.size() < size && may_continue(character)) break;
    if (size > 1 && character.size() == size && text::is_utf8(character)) {
      to += character;
      at += size;
      continue;
    }
    if (strict)
      text::append_utf8(to, 0xfffd);
    else
      append_windows_1252(to, bytes[at]);
    ++at;
  }
  return at;
}

} // namespace

struct CharsetDecoder::Converter {
  explicit Converter(UConverter* opened) : icu(opened) {}

  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  ~Converter() { ucnv_close(icu); }

  void feed(std::string_view bytes, bool is_end, std::string& utf8) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    std::array<UChar, cut> buffer{};
    while (true) {
      UErrorCode error = U_ZERO_ERROR;
      UChar* out = buffer.data();
      ucnv_toUnicode(icu, &out, buffer.data() + buffer.size(), &at, end, nullptr, is_end ? 1 : 0,
                     &error);
      append_utf16(utf8, buffer.data(), out);
      if (error != U_BUFFER_OVERFLOW_ERROR) break;
    }
  }

  // A surrogate at the end waits for its other half.
  void append_utf16(std::string& utf8, const UChar* at, const UChar* end) {
    for (; at != end; ++at) {
      const char32_t unit = *at;
      if (unit >= 0xdc00 && unit < 0xe000 && high != 0) {
        text::append_utf8(utf8, 0x10000 + ((high - 0xd800) << 10U) + (unit - 0xdc00));
        high = 0;
        continue;
      }
      if (high != 0) text::append_utf8(utf8, 0xfffd);
      high = 0;
      if (unit >= 0xd800 && unit < 0xdc00)
        high = unit;
      else
        text::append_utf8(utf8, unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : unit);
    }
  }

  UConverter* icu;
  char32_t high = 0;
};

bool is_known_charset(std::string_view charset) {
  if (is_utf8_name(charset)) return true;
  UConverter* converter = open_converter(charset);
  if (converter) ucnv_close(converter);
  return converter != nullptr;
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  if (text::is_ascii(bytes) && (charset.empty() || is_utf8_name(charset)))
    return std::string(bytes);
  std::string utf8;
  CharsetDecoder decoder(charset);
  decoder.feed(bytes, utf8);
  decoder.finish(utf8);
  return utf8;
}

CharsetDecoder::CharsetDecoder(std::string_view charset) {
  charset = text::trim(charset);
  strict_ = text::iequals(charset, "utf-8") || text::iequals(charset, "utf8");
  if (strict_ || is_utf8_name(charset)) return;
  if (UConverter* converter = open_converter(charset))
    converter_ = std::make_unique<Converter>(converter);
}

CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;
CharsetDecoder::~CharsetDecoder() = default;

void CharsetDecoder::feed(std::string_view bytes, std::string& utf8) {
  if (converter_) return converter_->feed(bytes, false, utf8);
  // At most three bytes are left over, so that only the first character is put together.
  while (!rest_.empty() && !bytes.empty()) {
    rest_ += bytes.front();
    bytes.remove_prefix(1);
    rest_.erase(0, append_guessed(utf8, rest_, strict_));
  }
  if (bytes.empty()) return;
  rest_ = bytes.substr(append_guessed(utf8, bytes, strict_));
}

void CharsetDecoder::finish(std::string& utf8) {
  if (converter_) {
    converter_->feed({}, true, utf8);
    if (converter_->high != 0) text::append_utf8(utf8, 0xfffd);
    converter_->high = 0;
    return;
  }
  for (const char c : rest_) {
    if (strict_)
      text::append_utf8(utf8, 0xfffd);
    else
      append_windows_1252(utf8, c);
  }
  rest_.clear();
}

} // namespace mox::message
