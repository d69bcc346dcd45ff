#include "imap/grammar.h"
#include "text/ascii.h"

namespace mox::imap::grammar {

namespace {

constexpr std::size_t max_flags = 1000;

bool is_set_char(char c) {
  return text::is_digit(c) || c == ':' || c == ',' || c == '*' || c == '$';
}

// store-modifier = "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")" (RFC 7162 section 7)
Parsed<void> store_modifier(Cursor& cursor, Store& body) {
  return parenthesised(cursor, false, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    if (cursor.take_keyword() != "UNCHANGEDSINCE") return syntax_error(at, "unknown modifier");
    if (body.unchanged_since) return syntax_error(at, "modifier given twice");
    MOX_TRY(cursor.space());
    MOX_TRY_ASSIGN(value, modseq(cursor));
    body.unchanged_since = value;
    return {};
  });
}

// flag-list / (flag *(SP flag))
Parsed<std::vector<std::string>> store_flags(Cursor& cursor) {
  if (cursor.peek() == '(') return flag_list(cursor);
  std::vector<std::string> flags;
  do {
    if (flags.size() == max_flags) return cursor.too_big("too many flags");
    MOX_TRY_ASSIGN(name, flag(cursor));
    flags.push_back(std::move(name));
  } while (cursor.take(' ') && !cursor.at_end());
  return flags;
}

// copy = "COPY" SP sequence-set SP mailbox, and MOVE alike
template <class Body> Parsed<CommandBody> copy_or_move(Cursor& cursor, By by) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(set, sequence_set(cursor));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  return Body{by == By::uid, std::move(set), std::move(name)};
}

} // namespace

// "EXPUNGE" / "UID" SP "EXPUNGE" SP sequence-set
Parsed<CommandBody> expunge(Cursor& cursor, By by) {
  if (by == By::number) return Expunge{};
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(set, sequence_set(cursor));
  return Expunge{std::move(set)};
}

// store           = "STORE" SP sequence-set [SP store-modifiers] SP store-att-flags
// store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
Parsed<CommandBody> store(Cursor& cursor, By by) {
  Store body;
  body.by_uid = by == By::uid;
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(set, sequence_set(cursor));
  body.set = std::move(set);
  MOX_TRY(cursor.space());
  if (cursor.peek() == '(') {
    MOX_TRY(store_modifier(cursor, body));
    MOX_TRY(cursor.space());
  }
  if (cursor.take('+'))
    body.mode = Store::Mode::add;
  else if (cursor.take('-'))
    body.mode = Store::Mode::remove;
  const auto at = cursor.position();
  const auto name = cursor.take_keyword();
  if (name != "FLAGS" && name != "FLAGS.SILENT") return syntax_error(at, "FLAGS expected");
  body.silent = name == "FLAGS.SILENT";
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(flags, store_flags(cursor));
  body.flags = std::move(flags);
  return body;
}

Parsed<CommandBody> copy(Cursor& cursor, By by) {
  return copy_or_move<Copy>(cursor, by);
}

Parsed<CommandBody> move(Cursor& cursor, By by) {
  return copy_or_move<Move>(cursor, by);
}

Parsed<SequenceSet> sequence_set(Cursor& cursor) {
  const auto at = cursor.position();
  auto set = parse_sequence_set(cursor.take_while(is_set_char));
  if (!set) {
    auto error = set.error();
    error.position += at;
    return std::unexpected(error);
  }
  return set;
}

// flag           = "\Answered" / ... / flag-keyword / flag-extension
// flag-extension = "\" atom ; flag-keyword = atom
//
// Deviation: "]" is accepted in a keyword, as servers before have stored such.
Parsed<std::string> flag(Cursor& cursor) {
  const auto at = cursor.position();
  const bool system = cursor.take('\\');
  const auto name = cursor.take_while(is_astring_char);
  if (name.empty()) return syntax_error(at, "a flag expected");
  return system ? '\\' + std::string(name) : std::string(name);
}

Parsed<std::vector<std::string>> flag_list(Cursor& cursor) {
  std::vector<std::string> flags;
  MOX_TRY(parenthesised(cursor, true, [&]() -> Parsed<void> {
    if (flags.size() == max_flags) return cursor.too_big("too many flags");
    MOX_TRY_ASSIGN(name, flag(cursor));
    flags.push_back(std::move(name));
    return {};
  }));
  return flags;
}

// mod-sequence-valzer = "0" / mod-sequence-value ; at most 2^63-1
Parsed<std::uint64_t> modseq(Cursor& cursor) {
  return cursor.number64();
}

} // namespace mox::imap::grammar
