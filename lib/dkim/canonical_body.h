// The canonical forms of a body (RFC 6376 section 3.4.3 and 3.4.4), while it streams. Pure.
#pragma once

#include "dkim/algorithm.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mox::dkim {

// Lines end in CRLF; a CR or LF alone is a character of its line, and never white space. Fed with
// chunks of any size; what comes out does not depend on the cuts. Needs no memory for the body.
class BodyCanonicalizer {
public:
  // `output` gets the canonical form in pieces, each valid during the call.
  BodyCanonicalizer(Canonical form, std::function<void(std::string_view)> output);

  void feed(std::string_view chunk);
  // Once, after the last feed.
  void finish();

private:
  std::string_view end_cut_line(std::string_view chunk);
  std::string_view skip_white_space(std::string_view chunk);
  void feed_relaxed(std::string_view chunk);
  void unchanged(std::string_view slice, bool is_last);
  void release();
  void put(std::string_view bytes);
  void flush();

  Canonical form_;
  std::function<void(std::string_view)> output_;
  std::string small_; // pieces too small to be handed on alone
  // Seen, and not yet known to count; in this order.
  std::uint64_t line_ends_ = 0; // CRLF, before nothing but empty lines so far
  bool white_space_ = false;    // some, of a line that has not ended
  bool carriage_return_ = false;
  bool empty_ = true; // nothing was put out
};

} // namespace mox::dkim
