// The content of DATA: finding its end, dots off and dots on (RFC 5321 section 4.5.2). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mox::smtp {

// Fed with what the network gives, cut anywhere; the result does not depend on the cuts. Only
// CRLF.CRLF ends the data: what other sequences do elsewhere is how mail is smuggled
// (CVE-2023-51764 and its kin), so a bare CR or LF is noted and the message is to be refused after
// its end.
//
//   while (!chunk.empty() && !reader.done()) {
//     const auto piece = reader.take(chunk);
//     <keep piece.bytes>
//     chunk.remove_prefix(piece.taken);
//   }
//   what is left of chunk are the next commands
class DataReader {
public:
  struct Piece {
    std::string_view bytes; // of the message; views `chunk` or a constant; may be empty
    std::size_t taken = 0;  // bytes of `chunk` dealt with; may be 0 when `bytes` is not empty
  };

  // Pieces are as long as the chunk and its dots allow. Nothing once done(), or for an empty chunk.
  Piece take(std::string_view chunk);

  bool done() const { return state_ == State::done; }

  // What the data held so far.
  bool bare_cr() const { return bare_cr_; }

  bool bare_lf() const { return bare_lf_; }

  bool nul() const { return nul_; }

  // Bytes of the message so far.
  std::uint64_t size() const { return size_; }

private:
  // What the last bytes were.
  enum class State : std::uint8_t {
    line_start, // after CRLF, or at the start of the data
    text,       // within a line
    cr,         // CR within a line
    dot,        // "." at the start of a line; left out
    dot_cr,     // "." CR at the start of a line; the CR is held back
    done,
  };

  std::size_t scan(std::string_view chunk);
  void note_bare_cr(std::string_view text);
  Piece give(std::string_view bytes, std::size_t taken);

  State state_ = State::line_start;
  bool bare_cr_ = false;
  bool bare_lf_ = false;
  bool nul_ = false;
  std::uint64_t size_ = 0;
};

// The way back, for sending: puts dots before lines that begin with one, wherever the chunks are
// cut. The message must have CRLF line ends: bare() tells when it has not, and then it must not be
// sent, as some servers would read another message in it.
class DotStuffer {
public:
  void append(std::string& out, std::string_view chunk);
  // The end of data, after a CRLF when the message did not end with one.
  void finish(std::string& out);

  // There was a CR without an LF behind it, or an LF without a CR before it. A CR at the end of the
  // message counts once finish() was called.
  bool bare() const { return bare_; }

private:
  void append_line_part(std::string& out, std::string_view part, bool ends);

  bool line_start_ = true;
  bool after_cr_ = false;
  bool bare_ = false;
};

} // namespace mox::smtp
