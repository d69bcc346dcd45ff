#include "imap/grammar.h"

namespace mox::imap::grammar {

namespace {

// date-time in its quotes.
Parsed<DateTime> date_time(Cursor& cursor) {
  const auto at = cursor.position();
  MOX_TRY_ASSIGN(text, cursor.quoted());
  const auto date = parse_date_time(text);
  if (!date) return syntax_error(at, "not a date and time");
  return *date;
}

// append-data = literal / literal8 / "UTF8" SP "(" literal8 ")" (RFC 6855 section 4)
Parsed<void> announced_literal(Cursor& cursor, AppendMessage& message) {
  if (cursor.take_word("UTF8")) {
    message.utf8 = true;
    MOX_TRY(cursor.space());
    MOX_TRY(cursor.expect('(', "an opening parenthesis expected"));
  }
  const auto literal = cursor.take_message_literal();
  if (!literal) return cursor.error("a literal expected");
  if (message.utf8 && !literal->binary) return cursor.error("a literal8 expected");
  message.size = literal->size;
  message.synchronizing = literal->synchronizing;
  message.binary = literal->binary;
  return {};
}

} // namespace

// append-message = [SP flag-list] [SP date-time] SP append-data
Parsed<AppendMessage> append_message(Cursor& cursor) {
  AppendMessage message;
  MOX_TRY(cursor.space());
  if (cursor.peek() == '(') {
    MOX_TRY_ASSIGN(flags, flag_list(cursor));
    message.flags = std::move(flags);
    MOX_TRY(cursor.space());
  }
  if (cursor.peek() == '"') {
    MOX_TRY_ASSIGN(date, date_time(cursor));
    message.date = date;
    MOX_TRY(cursor.space());
  }
  MOX_TRY(announced_literal(cursor, message));
  return message;
}

// append = "APPEND" SP mailbox 1*append-message (RFC 3502)
Parsed<CommandBody> append(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  MOX_TRY_ASSIGN(message, append_message(cursor));
  return Append{std::move(name), std::move(message)};
}

// replace = "REPLACE" SP seq-number SP mailbox append-message (RFC 8508 section 5)
Parsed<CommandBody> replace(Cursor& cursor, By by) {
  Replace body;
  body.by_uid = by == By::uid;
  MOX_TRY(cursor.space());
  if (!cursor.take('*')) {
    MOX_TRY_ASSIGN(number, cursor.nz_number());
    body.number = number;
  }
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  body.mailbox = std::move(name);
  MOX_TRY_ASSIGN(message, append_message(cursor));
  body.message = std::move(message);
  return body;
}

} // namespace mox::imap::grammar
