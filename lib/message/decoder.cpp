#include "message/decoder.h"

#include "message/hex.h"
#include "text/ascii.h"

#include <array>

namespace mox::message {

namespace {

constexpr std::uint8_t not_base64 = 64;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_base64);
  std::uint8_t value = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/"))
    values[static_cast<unsigned char>(c)] = value++;
  return values;
}();

// White space before a line end was added on the way (RFC 2045 section 6.7); so much of it was not.
constexpr std::size_t max_held_space = 1000;

} // namespace

void Decoder::feed(std::string_view chunk, std::string& out) {
  switch (encoding_) {
  case Encoding::base64: return feed_base64(chunk, out);
  case Encoding::quoted_printable: return feed_quoted_printable(chunk, out);
  case Encoding::seven_bit:
  case Encoding::eight_bit:
  case Encoding::binary:
  case Encoding::other: break;
  }
  out += chunk;
}

void Decoder::finish(std::string& out) {
  if (encoding_ == Encoding::base64 && count_ > 0) {
    // What bytes an unfinished group has: the padding was forgotten.
    if (count_ > 1) out += static_cast<char>(bits_ >> (6U * static_cast<unsigned>(count_) - 8U));
    if (count_ > 2) out += static_cast<char>(bits_ >> 2U);
    malformed_ = true;
    count_ = 0;
    bits_ = 0;
  }
  if (encoding_ == Encoding::quoted_printable) {
    // "=" at the end is a soft line break; white space there was added on the way.
    if (held_.starts_with('=') && held_.size() > 1 && held_[1] != '\r') {
      malformed_ = true;
      out += held_;
    }
    held_.clear();
  }
}

// RFC 2045 section 6.8: characters outside the alphabet are passed over. After padding a new group
// begins, so that encoded pieces that were put together are all decoded.
void Decoder::feed_base64(std::string_view chunk, std::string& out) {
  for (const char c : chunk) {
    const auto value = base64_values[static_cast<unsigned char>(c)];
    if (value != not_base64) {
      bits_ = bits_ << 6U | value;
      if (++count_ < 4) continue;
      out += static_cast<char>(bits_ >> 16U);
      out += static_cast<char>(bits_ >> 8U);
      out += static_cast<char>(bits_);
      bits_ = 0;
      count_ = 0;
    } else if (c == '=') {
      if (count_ > 1) out += static_cast<char>(bits_ >> (6U * static_cast<unsigned>(count_) - 8U));
      if (count_ > 2) out += static_cast<char>(bits_ >> 2U);
      if (count_ == 1) malformed_ = true;
      bits_ = 0;
      count_ = 0;
    } else if (!text::is_space(c)) {
      malformed_ = true;
    }
  }
}

// RFC 2045 section 6.7
void Decoder::feed_quoted_printable(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    if (!held_.empty()) {
      quoted_byte(chunk.front(), out);
      chunk.remove_prefix(1);
      continue;
    }
    std::size_t plain = 0;
    while (plain < chunk.size() && chunk[plain] != '=' && !text::is_wsp(chunk[plain])) ++plain;
    out += chunk.substr(0, plain);
    chunk.remove_prefix(plain);
    if (chunk.empty()) return;
    held_ += chunk.front();
    chunk.remove_prefix(1);
  }
}

// The next byte after what is held.
void Decoder::quoted_byte(char c, std::string& out) {
  if (!held_.starts_with('=')) {
    if (text::is_wsp(c) && held_.size() < max_held_space) {
      held_ += c;
      return;
    }
    // A CR that turns out not to end the line has lost the white space before it: none is worth
    // remembering for that.
    if (c == '\r' || c == '\n') held_.clear();
    flush_space(out);
    if (c == '=' || text::is_wsp(c))
      held_ = c;
    else
      out += c;
    return;
  }
  if (held_.size() == 1) {
    if (c == '\n') {
      held_.clear();
    } else if (c == '=') {
      malformed_ = true;
      out += c;
    } else {
      held_ += c;
    }
    return;
  }
  const char first = held_[1];
  if (text::is_wsp(first) || first == '\r') { // soft line break, with white space added on the way
    if (c == '\n') {
      held_.clear();
    } else if ((text::is_wsp(c) || c == '\r') && held_.size() < max_held_space) {
      held_ += c;
    } else {
      malformed_ = true;
      flush_space(out);
      feed_quoted_printable({&c, 1}, out);
    }
    return;
  }
  const int high = hex_value(first);
  const int low = hex_value(c);
  if (high >= 0 && low >= 0) {
    out += static_cast<char>(high * 16 + low);
    held_.clear();
    return;
  }
  malformed_ = true;
  flush_space(out);
  feed_quoted_printable({&c, 1}, out);
}

void Decoder::flush_space(std::string& out) {
  out += held_;
  held_.clear();
}

void TextDecoder::feed(std::string_view chunk, std::string& utf8) {
  bytes_.clear();
  decoder_.feed(chunk, bytes_);
  charset_.feed(bytes_, utf8);
}

void TextDecoder::finish(std::string& utf8) {
  bytes_.clear();
  decoder_.finish(bytes_);
  charset_.feed(bytes_, utf8);
  charset_.finish(utf8);
}

std::string decode_body(Encoding encoding, std::string_view body) {
  std::string bytes;
  bytes.reserve(body.size());
  Decoder decoder(encoding);
  decoder.feed(body, bytes);
  decoder.finish(bytes);
  return bytes;
}

} // namespace mox::message
