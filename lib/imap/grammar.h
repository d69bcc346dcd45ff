// The parsers of single commands, each from behind the command's name to the end of its last
// argument (RFC 9051 section 9, command-any to command-select). Pure.
#pragma once

#include "imap/command.h"
#include "imap/cursor.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::imap::grammar {

// What kind of number a message goes by: the command was prefixed with UID, or not.
enum class By : unsigned char { number, uid };

Parsed<CommandBody> id(Cursor& cursor, By by);
Parsed<CommandBody> authenticate(Cursor& cursor, By by);
Parsed<CommandBody> login(Cursor& cursor, By by);
Parsed<CommandBody> enable(Cursor& cursor, By by);
Parsed<CommandBody> compress(Cursor& cursor, By by);

Parsed<CommandBody> select(Cursor& cursor, By by);
Parsed<CommandBody> examine(Cursor& cursor, By by);
Parsed<CommandBody> create(Cursor& cursor, By by);
Parsed<CommandBody> delete_(Cursor& cursor, By by);
Parsed<CommandBody> rename(Cursor& cursor, By by);
Parsed<CommandBody> subscribe(Cursor& cursor, By by);
Parsed<CommandBody> unsubscribe(Cursor& cursor, By by);
Parsed<CommandBody> status(Cursor& cursor, By by);
Parsed<CommandBody> get_quota_root(Cursor& cursor, By by);
Parsed<CommandBody> get_quota(Cursor& cursor, By by);

Parsed<CommandBody> list(Cursor& cursor, By by);
Parsed<CommandBody> lsub(Cursor& cursor, By by);

Parsed<CommandBody> append(Cursor& cursor, By by);
Parsed<CommandBody> replace(Cursor& cursor, By by);
// What follows the mailbox of APPEND, or a message of MULTIAPPEND: SP, flags, date, literal header.
Parsed<AppendMessage> append_message(Cursor& cursor);

Parsed<CommandBody> expunge(Cursor& cursor, By by);
Parsed<CommandBody> search(Cursor& cursor, By by);
Parsed<CommandBody> fetch(Cursor& cursor, By by);
Parsed<CommandBody> store(Cursor& cursor, By by);
Parsed<CommandBody> copy(Cursor& cursor, By by);
Parsed<CommandBody> move(Cursor& cursor, By by);

// A command without arguments.
template <class Body> Parsed<CommandBody> bare(Cursor&, By) {
  return Body{};
}

// Parts that several commands share.
Parsed<SequenceSet> sequence_set(Cursor& cursor);
Parsed<std::string> mailbox(Cursor& cursor);
Parsed<std::string> flag(Cursor& cursor);
Parsed<std::vector<std::string>> flag_list(Cursor& cursor); // with its parentheses
Parsed<std::uint16_t> status_items(Cursor& cursor);         // with its parentheses
Parsed<std::uint64_t> modseq(Cursor& cursor);               // mod-sequence-valzer

// "(" element *(SP element) ")", or "()" with `may_be_empty`; `element` is called with the cursor
// at each element and returns Parsed<void>.
//
// Deviation: spaces before ")" are skipped, as clients send them.
template <class Element>
Parsed<void> parenthesised(Cursor& cursor, bool may_be_empty, Element element) {
  MOX_TRY(cursor.expect('(', "an opening parenthesis expected"));
  if (may_be_empty && cursor.take(')')) return {};
  for (;;) {
    MOX_TRY(element());
    bool spaced = false;
    while (cursor.take(' ')) spaced = true;
    if (cursor.take(')')) return {};
    if (!spaced) return cursor.error("a space or a closing parenthesis expected");
  }
}

} // namespace mox::imap::grammar
