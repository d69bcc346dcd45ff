#include "imap/grammar.h"
#include "text/ascii.h"

#include <algorithm>

namespace mox::imap::grammar {

namespace {

constexpr std::size_t max_id_parameters = 100; // RFC 2971 section 3.3 allows 30

bool is_base64_char(char c) {
  return text::is_alnum(c) || c == '+' || c == '/' || c == '=';
}

} // namespace

// id             = "ID" SP id_params_list
// id_params_list = "(" #(string SPACE nstring) ")" / nil
Parsed<CommandBody> id(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  Id body;
  if (cursor.take_word("NIL")) return body;
  MOX_TRY(parenthesised(cursor, true, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    MOX_TRY_ASSIGN(field, cursor.string("a field name expected"));
    const bool known = std::ranges::any_of(body.parameters, [&](const auto& parameter) {
      return text::iequals(parameter.first, field);
    });
    if (known) return syntax_error(at, "field name given twice");
    MOX_TRY(cursor.space());
    MOX_TRY_ASSIGN(value, cursor.nstring("a value or NIL expected"));
    if (body.parameters.size() == max_id_parameters) return cursor.too_big("too many fields");
    body.parameters.emplace_back(std::move(field), std::move(value));
    return {};
  }));
  return body;
}

// authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]
// initial-resp = (base64 / "=")
Parsed<CommandBody> authenticate(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(mechanism, cursor.atom("a mechanism expected"));
  Authenticate body{text::upper(mechanism), std::nullopt};
  if (cursor.at_end() || !cursor.take(' ') || cursor.at_end()) return body;
  const auto initial = cursor.take_while(is_base64_char);
  if (initial.empty()) return cursor.error("base64 expected");
  body.initial = std::string(initial);
  return body;
}

// login = "LOGIN" SP userid SP password
Parsed<CommandBody> login(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(user, cursor.astring("a user name expected"));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(password, cursor.astring("a password expected"));
  return Login{std::move(user), std::move(password)};
}

// enable = "ENABLE" 1*(SP capability)
Parsed<CommandBody> enable(Cursor& cursor, By) {
  Enable body;
  MOX_TRY(cursor.space());
  do {
    MOX_TRY_ASSIGN(capability, cursor.atom("a capability expected"));
    body.capabilities.push_back(std::move(capability));
  } while (cursor.take(' ') && !cursor.at_end());
  return body;
}

// compress = "COMPRESS" SP algorithm (RFC 4978 section 5)
Parsed<CommandBody> compress(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(algorithm, cursor.atom("an algorithm expected"));
  return Compress{text::upper(algorithm)};
}

} // namespace mox::imap::grammar
