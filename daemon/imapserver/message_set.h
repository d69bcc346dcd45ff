// The messages that a command is about.
#pragma once

#include "imap/sequence_set.h"
#include "imapserver/failure.h"
#include "imapserver/view.h"

#include <expected>
#include <vector>

namespace mox::imapserver {

class Conversation;

// Of the selected mailbox, in order. BAD for "$", which is for servers with SEARCHRES, and for a
// message number that there is not (RFC 9051 section 9: an error); UIDs that are not there are
// passed over (section 6.4.9).
std::expected<std::vector<Run>, Failure> select_messages(const Conversation& conversation,
                                                         const imap::SequenceSet& set, bool by_uid);

} // namespace mox::imapserver
