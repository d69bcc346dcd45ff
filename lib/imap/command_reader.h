// Collects one command from lines and literals: what to read next, and when it is complete. Pure.
//
//   reader.start();
//   for (;;) {
//     line = <read a line of at most reader.max_line() bytes, without CRLF>
//     step = reader.add_line(line);
//     complete: parse() and act; the next command begins with start()
//     literal:  when step.synchronizing write "+ ..."; read exactly reader.literal_space() bytes
//     into it message:  parse(): the body is Append or Replace, whose `message` describes the
//     literal. Check,
//               write "+ ..." when synchronizing, read step.size bytes to where messages go; then
//               read the next line and add_line() it: `complete` or `message` again; either way
//               next_message() tells what the line said.
//     failed:   reply BAD with step.error and step.tag(); when step.literal_follows the client
//     sends
//               bytes that were not asked for: write BYE and close
//   }
//
// The steps do not depend on whether the command makes sense, only on its literals, so that after a
// failed parse() at `message` the session may drop the literal and the rest of the command in step.
#pragma once

#include "imap/command.h"
#include "imap/command_head.h"
#include "imap/command_text.h"
#include "imap/syntax_error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mox::imap {

struct ReaderLimits {
  // Long UID sets make long lines; RFC 7162 section 4 asks for 8192 bytes at least.
  std::size_t line = 64 * 1024;
  std::size_t literal = 100 * 1024;
  std::size_t literals_total = 1000 * 1024;
  std::size_t literals_count = 1000;
  // All lines of one command together.
  std::size_t text_total = 256 * 1024;
};

struct ReaderStep {
  enum class Kind : std::uint8_t { complete, literal, message, failed };

  Kind kind = Kind::complete;
  bool synchronizing = false;   // literal, message: the client waits for "+"
  std::uint64_t size = 0;       // literal, message: bytes
  bool literal_follows = false; // failed: a non-synchronizing literal is already on its way
  SyntaxError error;            // failed
};

class CommandReader {
public:
  explicit CommandReader(ReaderLimits limits = {}) : limits_(limits) {}

  // Lower ones before login.
  void set_limits(ReaderLimits limits) { limits_ = limits; }

  // How long a line may be, its CRLF counted.
  std::size_t max_line() const { return limits_.line; }

  // Forgets the last command, and gives back its memory when it was a large one.
  void start();
  ReaderStep add_line(std::string_view line);
  // The room for the literal of the last step; to be filled before the next add_line().
  std::span<char> literal_space();

  // After `complete`, or at the first `message`.
  Parsed<Command> parse() const;
  // After the add_line() that followed a message: the next message of a MULTIAPPEND (RFC 3502), or
  // nothing at the command's end. A message of size 0 is for the session to refuse.
  Parsed<std::optional<AppendMessage>> next_message();

  // For replies to what cannot be parsed: the tag if it is one, else "*"; and the upper-case name
  // of the command as far as it is one this server knows, else "".
  std::string_view tag() const { return head_.tag; }

  std::string_view name() const { return head_.name; }

private:
  ReaderStep add_literal(std::size_t header, bool synchronizing, std::uint64_t size);
  void note_head(std::string_view line);
  bool is_message(std::size_t header) const;

  ReaderLimits limits_;
  CommandText text_;
  CommandHead head_;
  std::size_t lines_bytes_ = 0;
  std::size_t literal_bytes_ = 0;
  std::size_t literals_ = 0;
  // APPEND and REPLACE: where the mailbox begins, whose literal is no message.
  std::optional<std::size_t> mailbox_at_;
  bool first_line_ = true;
  bool after_message_ = false; // the last step was `message`
  bool in_messages_ = false;   // the text is what followed a message
  bool utf8_open_ = false;     // the last literal was UTF8 (~{n}: a ")" is due after its bytes
  bool close_due_ = false;     // the text begins with that ")"
};

// One whole command without literals, or with literals given apart; for tests and tools.
Parsed<Command> parse_command(const CommandText& text);
Parsed<Command> parse_command(std::string_view line);

} // namespace mox::imap
