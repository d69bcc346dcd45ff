// Why a command of a client could not be understood. Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

namespace mox::imap {

struct SyntaxError {
  enum class Kind : unsigned char {
    syntax,          // BAD
    unknown_command, // BAD; as the first command of a connection the peer does not speak IMAP
    too_big,         // BAD [TOOBIG]: a limit of this server, not of the protocol
  };

  Kind kind = Kind::syntax;
  std::size_t position = 0; // bytes from the start of the command
  std::string_view text;    // static; what was expected or wrong, for the BAD reply
};

template <class T> using Parsed = std::expected<T, SyntaxError>;

[[nodiscard]] inline std::unexpected<SyntaxError> syntax_error(std::size_t position,
                                                               std::string_view text) {
  return std::unexpected(SyntaxError{SyntaxError::Kind::syntax, position, text});
}

} // namespace mox::imap
