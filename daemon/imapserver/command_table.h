// What commands there are: the function of each, where it is allowed, and what may be told after
// it.
#pragma once

#include "async/task.h"
#include "imap/command.h"
#include "imapserver/failure.h"

#include <cstdint>
#include <string_view>

namespace mox::imapserver {

class Conversation;

// Where a command is allowed (RFC 9051 section 6).
enum class Allowed : std::uint8_t { always, not_authenticated, authenticated, selected };

// Whether changes of the selected mailbox are told before the tagged reply.
enum class Telling : std::uint8_t {
  all,
  // EXPUNGE would renumber the messages under a client that has sent the next command with numbers
  // already (RFC 9051 section 7.5.1); all changes wait for another command.
  none,
};

struct CommandEntry {
  std::string_view name; // as imap::command_name()
  async::Task<Outcome> (*run)(Conversation&, const imap::Command&);
  Allowed allowed;
  Telling telling;
};

// Null for a command that the grammar knows and this server does not offer.
const CommandEntry* find_command(std::string_view name);

} // namespace mox::imapserver
