// Replies of a server (RFC 5321 section 4.2) with enhanced status codes (RFC 3463). Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtp {

// "5.7.1"; the class is the first digit of the reply code. None where subject and detail are
// absent.
struct EnhancedCode {
  std::uint16_t kind = 0; // 2, 4 or 5; 0: no enhanced code
  std::uint16_t subject = 0;
  std::uint16_t detail = 0;

  explicit operator bool() const { return kind != 0; }

  bool operator==(const EnhancedCode&) const = default;
};

std::string to_string(EnhancedCode code);

// "5.7.1" at the front of `text`, taken off with one space after it. Nothing taken when there is
// none.
EnhancedCode take_enhanced_code(std::string_view& text);

struct Reply {
  std::uint16_t code = 0;
  EnhancedCode enhanced;
  std::vector<std::string> lines; // without codes; never empty once parsed

  bool operator==(const Reply&) const = default;
};

// "550 5.1.1 no such user", the lines with a space between them, cut after about `size` bytes of
// text: for people.
std::string one_line(const Reply& reply, std::size_t size = 500);

// Appends the reply to `out`. Each "\n" in `text` begins a further line; each line carries the
// reply code and the enhanced code, and is broken at a space, when it would be longer than 510
// bytes without its CRLF. Other control characters become spaces.
void append_reply(std::string& out, std::uint16_t code, EnhancedCode enhanced,
                  std::string_view text);
// The lines of an EHLO reply: code 250, no enhanced codes, one line for each.
void append_ehlo_reply(std::string& out, const std::vector<std::string>& lines);

// Collects the lines of one reply, for clients and tests.
class ReplyParser {
public:
  static constexpr std::size_t max_lines = 100;
  // Without the line end. RFC 5321 section 4.5.3.1.5 stops at 512, not all servers do.
  static constexpr std::size_t max_line = 4096;
  static constexpr std::size_t max_bytes = 64 * 1024;

  // A line without its line end. The reply when this was its last line, else nothing. Fails for a
  // line that is no reply, a code that changes between lines, and beyond the limits. Enhanced codes
  // are taken off every line that repeats the first's. Control characters become spaces, and what
  // is not UTF-8 becomes U+FFFD, so that the text can be shown.
  //
  //   Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
  Result<std::optional<Reply>> add_line(std::string_view line);

private:
  Reply reply_;
  std::size_t bytes_ = 0;
};

} // namespace mox::smtp
