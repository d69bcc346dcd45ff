// Builds the text of a command piece by piece; the sending twin of Cursor. Pure.
#pragma once

#include "imap/command_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mox::imap {

class CommandPrinter {
public:
  void raw(std::string_view text);
  // As an atom when it is one, else as string().
  void astring(std::string_view text);
  // Quoted when it can be, else a literal.
  void string(std::string_view text);
  void literal(std::string_view bytes);
  // Only the header: the bytes of a message follow from elsewhere.
  void message(std::uint64_t size, bool synchronizing, bool binary);

  CommandText take() { return std::move(text_); }

private:
  void header(std::uint64_t size, bool synchronizing, bool binary);

  CommandText text_;
};

} // namespace mox::imap
