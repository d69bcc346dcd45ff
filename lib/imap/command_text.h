// A command as received: its lines joined, with the literals in their places. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imap {

// `bytes` is text, and each literal's bytes directly behind the "{n}" that announces it, without
// the CRLF between. A parser must never read text across the start of a literal's bytes.
struct CommandText {
  struct Literal {
    std::size_t header = 0; // where "{" stands
    std::size_t begin = 0;  // first byte
    std::size_t size = 0;
    bool synchronizing = false; // "{n}" and not "{n+}"
    bool binary = false;        // "~" stands before "{"
    // The bytes are not here: the session streams them elsewhere (APPEND).
    bool message = false;
  };

  std::string bytes;
  std::vector<Literal> literals;

  void clear();
};

} // namespace mox::imap
