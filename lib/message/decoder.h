// The content of a part as a stream: transfer encoding (RFC 2045 section 6) and charset off. Pure.
#pragma once

#include "message/charset.h"
#include "message/structure.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mox::message {

// Fed with what is between body_begin and body_end, cut anywhere; the result does not depend on the
// cuts. Whatever does not fit the encoding is passed over (base64) or taken as it is
// (quoted-printable), and noted.
class Decoder {
public:
  explicit Decoder(Encoding encoding) : encoding_(encoding) {}

  // Adds to `out`.
  void feed(std::string_view chunk, std::string& out);
  void finish(std::string& out);

  bool malformed() const { return malformed_; }

private:
  void feed_base64(std::string_view chunk, std::string& out);
  void feed_quoted_printable(std::string_view chunk, std::string& out);
  void quoted_byte(char c, std::string& out);
  void flush_space(std::string& out);

  Encoding encoding_;
  bool malformed_ = false;
  std::uint32_t bits_ = 0; // base64: of an unfinished group
  int count_ = 0;          // base64: characters in it
  std::string held_;       // quoted-printable: "=", "=X", or white space that may end a line
};

// Text parts: as Decoder, then to UTF-8 by the part's charset.
class TextDecoder {
public:
  explicit TextDecoder(const Part& part) : TextDecoder(part.encoding, part.charset()) {}

  TextDecoder(Encoding encoding, std::string_view charset)
      : decoder_(encoding), charset_(charset) {}

  // Adds to `utf8`.
  void feed(std::string_view chunk, std::string& utf8);
  void finish(std::string& utf8);

private:
  Decoder decoder_;
  CharsetDecoder charset_;
  std::string bytes_;
};

// All at once, for content that is in memory.
std::string decode_body(Encoding encoding, std::string_view body);

} // namespace mox::message
