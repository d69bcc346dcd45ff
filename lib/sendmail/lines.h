// Line ends as SMTP wants them, of a message as programs write it (RFC 5321 section 2.3.8). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::sendmail {

// Fed with chunks cut anywhere; the result does not depend on the cuts.
//
// LF, CRLF, and LF after several CRs are one line end. Other CRs, which progress bars and text
// files of old systems have, are line ends too. NULs are removed: no server has to take them (RFC
// 5321 section 4.5.2 allows ASCII without it), and the output of a job should not be lost for one.
// A last line without an end gets one.
class LineReader {
public:
  // Unless `dots_are_text`, a dot alone on a line ends the message. What ends a line here is LF, so
  // that no CR in a text can cut it.
  explicit LineReader(bool dots_are_text) : dots_are_text_(dots_are_text) {}

  // Appends to `out`. Nothing once ended().
  void take(std::string_view chunk, std::string& out);
  // Once, after the last chunk.
  void finish(std::string& out);

  // A dot ended the message.
  bool ended() const { return ended_; }

  // NULs so far.
  std::uint64_t removed() const { return removed_; }

private:
  std::size_t plain_size(std::string_view chunk) const;
  void take_special(char c, std::string& out);
  void give_held(std::string& out);

  bool dots_are_text_;
  bool ended_ = false;
  bool line_start_ = true;
  bool open_line_ = false;             // what was given last is no line end
  bool dot_ = false;                   // held back: it began the line
  std::uint64_t carriage_returns_ = 0; // held back
  std::uint64_t removed_ = 0;
};

// A line of a header with CRLF at its end instead of what `line` had: a CR within could forge a
// field and becomes a space, a NUL is removed and counted.
std::string header_line(std::string_view line, std::uint64_t& removed);

} // namespace mox::sendmail
