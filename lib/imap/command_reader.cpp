#include "imap/command_reader.h"

#include "imap/cursor.h"
#include "imap/grammar.h"
#include "text/ascii.h"

namespace mox::imap {

namespace {

// What a command may keep when the next one starts.
constexpr std::size_t kept_capacity = 1024;

struct LiteralHeader {
  std::size_t at = 0; // of "{"
  bool synchronizing = false;
  std::optional<std::uint64_t> size; // nothing when it is beyond 64 bits
};

// literal = "{" number64 ["+"] "}" at the end of a line
std::optional<LiteralHeader> literal_header(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const auto at = line.rfind('{');
  if (at == std::string_view::npos) return std::nullopt;
  auto digits = line.substr(at + 1, line.size() - at - 2);
  const bool non_synchronizing = digits.ends_with('+');
  if (non_synchronizing) digits.remove_suffix(1);
  if (digits.empty()) return std::nullopt;
  for (const char c : digits)
    if (!text::is_digit(c)) return std::nullopt;
  return LiteralHeader{at, !non_synchronizing, text::parse_number<std::uint64_t>(digits)};
}

ReaderStep too_big(std::size_t position, std::string_view text, bool literal_follows) {
  ReaderStep step;
  step.kind = ReaderStep::Kind::failed;
  step.literal_follows = literal_follows;
  step.error = {SyntaxError::Kind::too_big, position, text};
  return step;
}

bool ends_with_utf8(std::string_view before_brace) {
  return before_brace.ends_with("(~");
}

} // namespace

void CommandText::clear() {
  if (bytes.capacity() > kept_capacity) bytes = {};
  bytes.clear();
  if (literals.capacity() > 8) literals = {};
  literals.clear();
}

void CommandReader::start() {
  text_.clear();
  head_ = {};
  lines_bytes_ = literal_bytes_ = literals_ = 0;
  mailbox_at_.reset();
  first_line_ = true;
  after_message_ = in_messages_ = utf8_open_ = close_due_ = false;
}

// Remembers where the mailbox of APPEND and REPLACE stands: every literal from there on that does
// not begin right there can only be a message.
void CommandReader::note_head(std::string_view line) {
  head_ = command_head(line);
  if (head_.name == "APPEND") {
    mailbox_at_ = head_.size + 1;
  } else if (head_.name.ends_with("REPLACE")) {
    const auto number_at = head_.size + 1;
    const auto after = line.find(' ', number_at);
    mailbox_at_ = after == std::string_view::npos ? line.size() : after + 1;
  }
}

bool CommandReader::is_message(std::size_t header) const {
  return in_messages_ || (mailbox_at_ && header != *mailbox_at_);
}

ReaderStep CommandReader::add_line(std::string_view line) {
  if (line.size() > limits_.line) return too_big(0, "line too long", false);
  if (after_message_) {
    text_.clear();
    lines_bytes_ = 0;
    close_due_ = utf8_open_;
    after_message_ = utf8_open_ = false;
    in_messages_ = true;
  }
  if (first_line_) note_head(line);
  first_line_ = false;
  const auto header = literal_header(line);
  lines_bytes_ += line.size();
  if (lines_bytes_ > limits_.text_total)
    return too_big(text_.bytes.size(), "command too long", header && !header->synchronizing);
  const std::size_t begin = text_.bytes.size();
  text_.bytes += line;
  if (!header) return {};
  if (!header->size)
    return too_big(begin + header->at, "literal too large", !header->synchronizing);
  return add_literal(begin + header->at, header->synchronizing, *header->size);
}

ReaderStep CommandReader::add_literal(std::size_t header, bool synchronizing, std::uint64_t size) {
  const auto before = std::string_view(text_.bytes).substr(0, header);
  ReaderStep step;
  step.synchronizing = synchronizing;
  step.size = size;
  CommandText::Literal literal{header,        text_.bytes.size(),    0,
                               synchronizing, before.ends_with('~'), false};
  if (is_message(header)) {
    step.kind = ReaderStep::Kind::message;
    literal.message = true;
    literal.size = size;
    after_message_ = true;
    utf8_open_ = ends_with_utf8(before);
    text_.literals.push_back(literal);
    return step;
  }
  if (size > limits_.literal) return too_big(header, "literal too large", !synchronizing);
  if (++literals_ > limits_.literals_count)
    return too_big(header, "too many literals", !synchronizing);
  literal_bytes_ += static_cast<std::size_t>(size);
  if (literal_bytes_ > limits_.literals_total)
    return too_big(header, "literals too large in total", !synchronizing);
  step.kind = ReaderStep::Kind::literal;
  literal.size = static_cast<std::size_t>(size);
  text_.bytes.resize(literal.begin + literal.size);
  text_.literals.push_back(literal);
  return step;
}

std::span<char> CommandReader::literal_space() {
  if (text_.literals.empty() || text_.literals.back().message) return {};
  const auto& literal = text_.literals.back();
  return std::span(text_.bytes).subspan(literal.begin, literal.size);
}

Parsed<Command> CommandReader::parse() const {
  return parse_command(text_);
}

// 1*append-message goes on, after the ")" of UTF8 (~{n}.
Parsed<std::optional<AppendMessage>> CommandReader::next_message() {
  Cursor cursor(text_);
  if (close_due_) MOX_TRY(cursor.expect(')', "a closing parenthesis expected"));
  if (text_.literals.empty()) {
    while (cursor.take(' ')) {
    }
    if (!cursor.at_end()) return cursor.error("unexpected text after the message");
    return std::nullopt;
  }
  if (head_.name != "APPEND") return cursor.error("only one message can be given");
  MOX_TRY_ASSIGN(message, grammar::append_message(cursor));
  if (!cursor.at_end()) return cursor.error("unexpected text after the message");
  return message;
}

} // namespace mox::imap
