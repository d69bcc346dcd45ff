// The IMAP service: IMAP4rev1 (RFC 3501) with extensions, over the mailboxes of the store.
#pragma once

#include "async/task.h"
#include "service/service.h"
#include "spool/spool.h"

#include <cstdint>

namespace mox::imapserver {

struct Options {
  spool::Budget& spool_budget;
  std::uint64_t max_message_size = 100U << 20U;
};

// One conversation, from the greeting to the close.
async::Task<> serve(service::Session session, const Options& options);

} // namespace mox::imapserver
