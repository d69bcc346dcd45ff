// The SMTP service: mail from other servers, and submission by users (RFC 5321, RFC 6409).
#pragma once

#include "async/task.h"
#include "delivery/directory.h"
#include "service/service.h"
#include "smtpserver/received_id.h"
#include "spool/spool.h"

#include <cstdint>

namespace mox::smtpserver {

enum class Kind : std::uint8_t { delivery, submission };

struct Options {
  Kind kind = Kind::delivery;
  const delivery::Directory& directory;
  const ReceivedIds& received_ids;
  spool::Budget& spool_budget;
  std::uint64_t max_message_size = 100U << 20U;
  // Addresses that fail on purpose are looked for (faults.h).
  bool faults = false;
};

// One conversation, from the banner to the close.
async::Task<> serve(service::Session session, const Options& options);

} // namespace mox::smtpserver
