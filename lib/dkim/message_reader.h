// Takes a message apart into header section and body while it streams. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mox::dkim {

class MessageReader {
public:
  // Larger header sections are not kept; their messages cannot be verified.
  static constexpr std::size_t header_limit = 1 << 20;

  // Returns what of `chunk` belongs to the body.
  std::string_view feed(std::string_view chunk);

  // The message ends here; without an empty line all of it is header section.
  void finish() { complete_ = true; }

  bool header_is_complete() const { return complete_; }

  bool header_is_too_large() const { return too_large_; }

  // With its line ends, without the empty line. Stays where it is once it is complete.
  std::string_view header() const { return header_; }

private:
  std::string header_;
  std::size_t line_ = 0; // where its last line begins
  bool complete_ = false;
  bool too_large_ = false;
};

} // namespace mox::dkim
