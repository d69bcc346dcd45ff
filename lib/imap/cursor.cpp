#include "imap/cursor.h"

#include "text/ascii.h"
#include "text/utf8.h"

#include <array>

namespace mox::imap {

namespace {

enum CharClass : unsigned char { atom_class = 1, astring_class = 2, tag_class = 4 };

// ATOM-CHAR       = <any CHAR except atom-specials>
// atom-specials   = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> classes{};
  for (unsigned c = 0x21; c < 0x7f; ++c) classes[c] = atom_class | astring_class | tag_class;
  for (const char c : std::string_view("(){%*\"\\")) classes[static_cast<unsigned char>(c)] = 0;
  classes[']'] = astring_class | tag_class;
  classes['+'] = atom_class | astring_class;
  return classes;
}

constexpr auto classes = make_classes();

bool is_keyword_char(char c) {
  return text::is_alnum(c) || c == '.' || c == '-' || c == '_';
}

} // namespace

bool is_atom_char(char c) {
  return (classes[static_cast<unsigned char>(c)] & atom_class) != 0;
}

bool is_astring_char(char c) {
  return (classes[static_cast<unsigned char>(c)] & astring_class) != 0;
}

bool is_tag_char(char c) {
  return (classes[static_cast<unsigned char>(c)] & tag_class) != 0;
}

Cursor::Cursor(const CommandText& text)
    : text_(&text), limit_(text.literals.empty() ? text.bytes.size() : text.literals[0].begin) {}

std::unexpected<SyntaxError> Cursor::too_big(std::string_view text) const {
  return std::unexpected(SyntaxError{SyntaxError::Kind::too_big, position_, text});
}

bool Cursor::take(char c) {
  if (position_ == limit_ || text_->bytes[position_] != c) return false;
  ++position_;
  return true;
}

bool Cursor::take_word(std::string_view word) {
  const auto text = std::string_view(text_->bytes).substr(position_, limit_ - position_);
  if (!text::istarts_with(text, word)) return false;
  position_ += word.size();
  return true;
}

Parsed<void> Cursor::expect(char c, std::string_view expected) {
  if (!take(c)) return error(expected);
  return {};
}

std::string Cursor::take_keyword() {
  return text::upper(take_while(is_keyword_char));
}

Parsed<std::string> Cursor::tag() {
  const auto tag = take_while(is_tag_char);
  if (tag.empty()) return error("a tag expected");
  return std::string(tag);
}

Parsed<std::string> Cursor::atom(std::string_view expected) {
  const auto atom = take_while(is_atom_char);
  if (atom.empty()) return error(expected);
  return std::string(atom);
}

// astring = 1*ASTRING-CHAR / string
Parsed<std::string> Cursor::astring(std::string_view expected) {
  const auto atom = take_while(is_astring_char);
  if (!atom.empty()) return std::string(atom);
  return string(expected);
}

// string = quoted / literal
Parsed<std::string> Cursor::string(std::string_view expected) {
  if (peek() == '"') return quoted();
  if (at_literal()) return literal();
  return error(expected);
}

Parsed<std::optional<std::string>> Cursor::nstring(std::string_view expected) {
  if (take_word("NIL")) return std::nullopt;
  MOX_TRY_ASSIGN(text, string(expected));
  return text;
}

// quoted        = DQUOTE *QUOTED-CHAR DQUOTE
// QUOTED-CHAR   = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials / UTF8-2 / UTF8-3 /
//                 UTF8-4
//
// Deviation: "\" before any other character stands for that character, as lenient servers do.
Parsed<std::string> Cursor::quoted() {
  MOX_TRY(expect('"', "a quoted string expected"));
  std::string value;
  for (;;) {
    value += take_while([](char c) { return c != '"' && c != '\\' && c != '\0' && c != '\r'; });
    if (take('"')) break;
    if (!take('\\')) return error("unfinished quoted string");
    const char c = peek();
    if (c == '\0' || c == '\r') return error("unfinished quoted string");
    value += c;
    ++position_;
  }
  if (!text::is_ascii(value) && !text::is_utf8(value)) return error("quoted string is not UTF-8");
  return value;
}

const CommandText::Literal* Cursor::literal_here() const {
  if (next_literal_ >= text_->literals.size()) return nullptr;
  const auto& next = text_->literals[next_literal_];
  return next.header == position_ ? &next : nullptr;
}

bool Cursor::at_literal() const {
  const auto* literal = literal_here();
  return literal != nullptr && !literal->message;
}

// literal = "{" number64 ["+"] "}" CRLF *CHAR8 ; CHAR8 is any byte but NUL
Parsed<std::string> Cursor::literal() {
  const auto& literal = text_->literals[next_literal_];
  if (literal.binary) return error("literal8 is not allowed here");
  auto value = text_->bytes.substr(literal.begin, literal.size);
  if (value.find('\0') != std::string::npos) return error("NUL in a literal");
  position_ = literal.begin + literal.size;
  ++next_literal_;
  limit_ = next_literal_ < text_->literals.size() ? text_->literals[next_literal_].begin
                                                  : text_->bytes.size();
  return value;
}

std::optional<CommandText::Literal> Cursor::take_message_literal() {
  const bool tilde = peek() == '~';
  if (tilde) ++position_;
  const auto* literal = literal_here();
  if (literal == nullptr || !literal->message || literal->binary != tilde) {
    if (tilde) --position_;
    return std::nullopt;
  }
  position_ = literal->begin;
  ++next_literal_;
  limit_ = text_->bytes.size();
  return *literal;
}

Parsed<std::uint64_t> Cursor::digits(std::uint64_t max) {
  const auto start = position_;
  const auto value = text::parse_number<std::uint64_t>(take_while(text::is_digit));
  if (!value || *value > max)
    return syntax_error(start, value ? "number too large" : "a number expected");
  return *value;
}

Parsed<std::uint32_t> Cursor::number() {
  MOX_TRY_ASSIGN(value, digits(0xffff'ffff));
  return static_cast<std::uint32_t>(value);
}

Parsed<std::uint32_t> Cursor::nz_number() {
  const auto start = position_;
  MOX_TRY_ASSIGN(value, number());
  if (value == 0) return syntax_error(start, "a number above 0 expected");
  return value;
}

Parsed<std::uint64_t> Cursor::number64() {
  return digits(0x7fff'ffff'ffff'ffff);
}

} // namespace mox::imap
