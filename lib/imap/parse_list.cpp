#include "imap/grammar.h"

namespace mox::imap::grammar {

namespace {

constexpr std::size_t max_patterns = 1000;

// list-mailbox = 1*list-char / string ; list-char = ATOM-CHAR / list-wildcards / resp-specials
Parsed<std::string> list_mailbox(Cursor& cursor) {
  const auto pattern =
      cursor.take_while([](char c) { return is_astring_char(c) || c == '%' || c == '*'; });
  if (!pattern.empty()) return std::string(pattern);
  return cursor.string("a pattern expected");
}

// list-select-opts = "(" [ list-select-mod-opt / list-select-base-opt ... ] ")"
Parsed<void> select_options(Cursor& cursor, List& body) {
  const auto start = cursor.position();
  MOX_TRY(parenthesised(cursor, true, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    const auto name = cursor.take_keyword();
    if (name == "SUBSCRIBED")
      body.select_subscribed = true;
    else if (name == "REMOTE")
      body.select_remote = true;
    else if (name == "RECURSIVEMATCH")
      body.select_recursive = true;
    else if (name == "SPECIAL-USE")
      body.select_special_use = true;
    else
      return syntax_error(at, "unknown selection option");
    return {};
  }));
  // RFC 9051 section 6.3.9.1: RECURSIVEMATCH must not be alone or with REMOTE only.
  if (body.select_recursive && !body.select_subscribed && !body.select_special_use)
    return syntax_error(start, "RECURSIVEMATCH needs SUBSCRIBED");
  return {};
}

// return-option = "SUBSCRIBED" / "CHILDREN" / status-option / "SPECIAL-USE"
Parsed<void> return_option(Cursor& cursor, List& body) {
  const auto at = cursor.position();
  const auto name = cursor.take_keyword();
  if (name == "SUBSCRIBED") {
    body.return_subscribed = true;
  } else if (name == "CHILDREN") {
    body.return_children = true;
  } else if (name == "SPECIAL-USE") {
    body.return_special_use = true;
  } else if (name == "STATUS") {
    MOX_TRY(cursor.space());
    MOX_TRY_ASSIGN(items, status_items(cursor));
    body.return_status = static_cast<std::uint16_t>(body.return_status | items);
  } else {
    return syntax_error(at, "unknown return option");
  }
  return {};
}

// mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
Parsed<void> patterns(Cursor& cursor, List& body) {
  if (cursor.peek() != '(') {
    MOX_TRY_ASSIGN(pattern, list_mailbox(cursor));
    body.patterns.push_back(std::move(pattern));
    return {};
  }
  body.extended = true;
  return parenthesised(cursor, false, [&]() -> Parsed<void> {
    if (body.patterns.size() == max_patterns) return cursor.too_big("too many patterns");
    MOX_TRY_ASSIGN(pattern, list_mailbox(cursor));
    body.patterns.push_back(std::move(pattern));
    return {};
  });
}

} // namespace

// list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
// list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"
Parsed<CommandBody> list(Cursor& cursor, By) {
  List body;
  MOX_TRY(cursor.space());
  if (cursor.peek() == '(') {
    body.extended = true;
    MOX_TRY(select_options(cursor, body));
    MOX_TRY(cursor.space());
  }
  MOX_TRY_ASSIGN(reference, mailbox(cursor));
  body.reference = std::move(reference);
  MOX_TRY(cursor.space());
  MOX_TRY(patterns(cursor, body));
  if (!cursor.take(' ') || cursor.at_end()) return body;
  if (!cursor.take_word("RETURN")) return cursor.error("RETURN expected");
  body.extended = true;
  MOX_TRY(cursor.space());
  MOX_TRY(parenthesised(cursor, true, [&] { return return_option(cursor, body); }));
  return body;
}

// lsub = "LSUB" SP mailbox SP list-mailbox (RFC 3501)
Parsed<CommandBody> lsub(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(reference, mailbox(cursor));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(pattern, list_mailbox(cursor));
  return Lsub{std::move(reference), std::move(pattern)};
}

} // namespace mox::imap::grammar
