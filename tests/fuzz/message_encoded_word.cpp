// links: message
// Header text with encoded words becomes UTF-8 of bounded size; text that is encoded by us comes
// back.
#include "message/encoded_word.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string q_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += '=';
    result += digits[byte >> 4U];
    result += digits[byte & 15U];
  }
  return result;
}

// Each half in a word of its own, wherever that cuts.
template <class Encode> std::string in_two_words(std::string_view text, Encode encode) {
  const auto half = text.size() / 2;
  return "=?utf-8" + encode(text.substr(0, half)) + "?= \t=?UTF-8*en" + encode(text.substr(half)) +
         "?=";
}

void check_round_trip(const std::string& text) {
  const auto b = [](std::string_view s) { return "?B?" + mox::text::base64_encode(s); };
  const auto q = [](std::string_view s) { return "?q?" + q_encoded(s); };
  require(mox::message::decode_words(in_two_words(text, b)) == text);
  require(mox::message::decode_words(in_two_words(text, q)) == text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto decoded = mox::message::decode_words(text);
  require(mox::text::is_utf8(decoded));
  require(decoded.size() <= 4 * text.size() + 16);
  if (mox::text::is_utf8(text)) {
    if (text.find("=?") == std::string::npos) require(decoded == text);
    check_round_trip(text);
  }
  return 0;
}
