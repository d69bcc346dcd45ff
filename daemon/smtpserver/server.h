// The SMTP service: mail from other servers, and submission by users (RFC 5321, RFC 6409).
#pragma once

#include "async/task.h"
#include "delivery/directory.h"
#include "localusers/users.h"
#include "service/service.h"
#include "signing/signers.h"
#include "smtpserver/faults.h"
#include "smtpserver/received_id.h"
#include "spool/spool.h"
#include "verification/means.h"

#include <cstdint>

namespace mox::smtpserver {

enum class Kind : std::uint8_t { delivery, submission };

struct Options {
  Kind kind = Kind::delivery;
  const delivery::Directory& directory;
  const ReceivedIds& received_ids;
  spool::Budget& spool_budget;
  std::uint64_t max_message_size = 100U << 20U;
  // Null: nothing fails on purpose.
  Faults* faults = nullptr;
  // Of what users submit. Null: nothing is signed.
  const signing::Signers* signers = nullptr;
  // The login of a user who submits stands in Received.
  bool show_login = false;
  // Of a Unix socket on which users of this host submit: who they are says the system, and nobody
  // logs in. Null for the network.
  localusers::Users* local_users = nullptr;
};

// One conversation, from the banner to the close. `means`, of this thread, are for looking at mail
// of other servers: who has sent it. Null: nothing is looked up.
async::Task<> serve(service::Session session, const Options& options, verification::Means* means);

} // namespace mox::smtpserver
