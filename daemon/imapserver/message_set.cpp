#include "imapserver/message_set.h"

#include "imapserver/conversation.h"

namespace mox::imapserver {

std::expected<std::vector<Run>, Failure>
select_messages(const Conversation& conversation, const imap::SequenceSet& set, bool by_uid) {
  if (set.saved) return bad("a saved search result is not offered");
  const auto& uids = *conversation.view().uids;
  if (by_uid) return select_uids(uids, set);
  // "1:*" in an empty mailbox names nothing; clients ask for it all the same.
  const bool all_of_nothing = uids.empty() && set.has_star();
  if (set.max_number() > uids.size() && !all_of_nothing) return bad("no such message number");
  return select_numbers(uids, set);
}

} // namespace mox::imapserver
