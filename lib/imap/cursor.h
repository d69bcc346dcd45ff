// A place in a command, and the tokens that can stand there (RFC 9051 section 9). Pure.
#pragma once

#include "imap/command_text.h"
#include "imap/syntax_error.h"
#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::imap {

bool is_atom_char(char c);
bool is_astring_char(char c); // atom-char or "]"
bool is_tag_char(char c);     // astring-char but "+"

// Text is never read across the start of a literal's bytes. Functions named take_... return
// whether, or what, they took and fail to take without moving; those that return Parsed fail the
// command.
class Cursor {
public:
  explicit Cursor(const CommandText& text);

  std::size_t position() const { return position_; }

  std::unexpected<SyntaxError> error(std::string_view text) const {
    return syntax_error(position_, text);
  }

  std::unexpected<SyntaxError> too_big(std::string_view text) const;

  bool at_end() const { return position_ == text_->bytes.size(); }

  // The next character of text; NUL at its end.
  char peek() const { return position_ < limit_ ? text_->bytes[position_] : '\0'; }

  bool take(char c);
  // `word` (upper case) in any case.
  bool take_word(std::string_view word);
  Parsed<void> expect(char c, std::string_view expected);

  Parsed<void> space() { return expect(' ', "a space expected"); }

  // The longest run of characters that `accept`s.
  template <class Accept> std::string_view take_while(Accept accept) {
    const std::size_t start = position_;
    while (position_ < limit_ && accept(text_->bytes[position_])) ++position_;
    return std::string_view(text_->bytes).substr(start, position_ - start);
  }

  // Letters, digits, ".", "-" and "_", in upper case; "" when there are none.
  std::string take_keyword();

  Parsed<std::string> tag();
  Parsed<std::string> atom(std::string_view expected);
  Parsed<std::string> astring(std::string_view expected);
  // Quoted or literal.
  Parsed<std::string> string(std::string_view expected);
  // A string or NIL.
  Parsed<std::optional<std::string>> nstring(std::string_view expected);
  Parsed<std::string> quoted();

  Parsed<std::uint32_t> number();
  Parsed<std::uint32_t> nz_number();
  // At most 2^63-1 (RFC 9051 section 9, number64).
  Parsed<std::uint64_t> number64();

  // A literal whose bytes are in the command.
  bool at_literal() const;
  // A literal, or literal8 with its "~", whose bytes are to be streamed: its description, and the
  // cursor stands behind its header.
  std::optional<CommandText::Literal> take_message_literal();

private:
  const CommandText::Literal* literal_here() const;
  Parsed<std::string> literal();
  Parsed<std::uint64_t> digits(std::uint64_t max);

  const CommandText* text_;
  std::size_t position_ = 0;
  std::size_t limit_ = 0; // where the text before the next literal's bytes ends
  std::size_t next_literal_ = 0;
};

} // namespace mox::imap
