#include "imap/command_head.h"
#include "imap/command_reader.h"
#include "imap/grammar.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>

namespace mox::imap {

namespace {

using grammar::By;

struct CommandGrammar {
  std::string_view name;
  Parsed<CommandBody> (*parse)(Cursor&, By);
  bool with_uid = false; // there is a UID form as well
};

constexpr std::array<CommandGrammar, 34> commands = {{
    {"APPEND", grammar::append},
    {"AUTHENTICATE", grammar::authenticate},
    {"CAPABILITY", grammar::bare<Capability>},
    {"CHECK", grammar::bare<Check>},
    {"CLOSE", grammar::bare<Close>},
    {"COMPRESS", grammar::compress},
    {"COPY", grammar::copy, true},
    {"CREATE", grammar::create},
    {"DELETE", grammar::delete_},
    {"ENABLE", grammar::enable},
    {"EXAMINE", grammar::examine},
    {"EXPUNGE", grammar::expunge, true},
    {"FETCH", grammar::fetch, true},
    {"GETQUOTA", grammar::get_quota},
    {"GETQUOTAROOT", grammar::get_quota_root},
    {"ID", grammar::id},
    {"IDLE", grammar::bare<Idle>},
    {"LIST", grammar::list},
    {"LOGIN", grammar::login},
    {"LOGOUT", grammar::bare<Logout>},
    {"LSUB", grammar::lsub},
    {"MOVE", grammar::move, true},
    {"NAMESPACE", grammar::bare<Namespace>},
    {"NOOP", grammar::bare<Noop>},
    {"RENAME", grammar::rename},
    {"REPLACE", grammar::replace, true},
    {"SEARCH", grammar::search, true},
    {"SELECT", grammar::select},
    {"STARTTLS", grammar::bare<StartTls>},
    {"STATUS", grammar::status},
    {"STORE", grammar::store, true},
    {"SUBSCRIBE", grammar::subscribe},
    {"UNSELECT", grammar::bare<Unselect>},
    {"UNSUBSCRIBE", grammar::unsubscribe},
}};

const CommandGrammar* find_command(std::string_view name, By by) {
  const auto* const known = std::ranges::lower_bound(commands, name, {}, &CommandGrammar::name);
  if (known == commands.end() || known->name != name) return nullptr;
  return by == By::number || known->with_uid ? known : nullptr;
}

struct Head {
  std::string tag;
  By by = By::number;
  const CommandGrammar* command = nullptr;
};

// tag SP ["UID" SP] name; the cursor stands behind the name.
Parsed<Head> head(Cursor& cursor) {
  Head head;
  MOX_TRY_ASSIGN(tag, cursor.tag());
  head.tag = std::move(tag);
  MOX_TRY(cursor.space());
  const auto at = cursor.position();
  auto name = cursor.take_keyword();
  if (name == "UID" && cursor.take(' ')) {
    head.by = By::uid;
    name = cursor.take_keyword();
  }
  head.command = find_command(name, head.by);
  if (head.command == nullptr)
    return std::unexpected(SyntaxError{SyntaxError::Kind::unknown_command, at, "unknown command"});
  return head;
}

} // namespace

// command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
//
// Deviation: spaces before the CRLF are skipped, as some clients send them.
Parsed<Command> parse_command(const CommandText& text) {
  Cursor cursor(text);
  MOX_TRY_ASSIGN(start, head(cursor));
  MOX_TRY_ASSIGN(body, start.command->parse(cursor, start.by));
  while (cursor.take(' ')) {
  }
  if (!cursor.at_end()) return cursor.error("unexpected text after the command");
  return Command{std::move(start.tag), std::move(body)};
}

Parsed<Command> parse_command(std::string_view line) {
  CommandText text;
  text.bytes = line;
  return parse_command(text);
}

CommandHead command_head(std::string_view line) {
  CommandText text;
  text.bytes = line;
  CommandHead result;
  Cursor cursor(text);
  const auto tag = cursor.tag();
  if (!tag || cursor.peek() != ' ') return result;
  result.tag = *tag;
  Cursor whole(text);
  const auto start = head(whole);
  if (!start) return result;
  if (start->by == By::uid) result.name = "UID ";
  result.name += start->command->name;
  result.size = whole.position();
  return result;
}

} // namespace mox::imap
