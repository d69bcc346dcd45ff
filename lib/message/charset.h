// Text in any charset to UTF-8. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace mox::message {

// Whether text in it is converted by its own rules, not by a guess.
bool is_known_charset(std::string_view charset);

// What the charset has no character for becomes U+FFFD. Without a charset, with an unknown one or
// with US-ASCII, bytes that are UTF-8 are taken for it, others one by one for windows-1252.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// The same for a stream, cut anywhere: the result does not depend on the cuts.
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
  std::unique_ptr<Converter> converter_; // null: UTF-8, or a guess
  std::string rest_;                     // the beginning of a character
  bool strict_ = false;                  // UTF-8 it is: no guess at windows-1252
};

} // namespace mox::message
