// Text in any charset to UTF-8. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace mox::message {

// A name that ICU knows, or that we know to mean one; never empty is not required.
bool is_known_charset(std::string_view charset);

// Malformed bytes become U+FFFD; without a charset, or with an unknown one, the text is taken for
// UTF-8 when it is, else for windows-1252. NULs stay.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// The same for a stream, cut anywhere. Without a known charset it is UTF-8 with each byte that does
// not fit taken for windows-1252.
class CharsetDecoder {
public:
  explicit CharsetDecoder(std::string_view charset);
  CharsetDecoder(CharsetDecoder&&) noexcept;
  CharsetDecoder& operator=(CharsetDecoder&&) noexcept;
  ~CharsetDecoder();

  // Adds to `utf8`.
  void feed(std::string_view bytes, std::string& utf8);
  void finish(std::string& utf8);

private:
  struct Converter;
  std::unique_ptr<Converter> converter_; // null: UTF-8
  std::string rest_;                     // the beginning of a character
  bool strict_ = false;                  // a charset was given: no guess at windows-1252
};

} // namespace mox::message
