// The spools of a user: the part of the shared one, where the machine has that, and the user's own.
#pragma once

#include "result/result.h"
#include "sendmail/spool.h"
#include "sendmailprogram/surroundings.h"

#include <vector>

namespace mox::sendmailprogram {

// For a message of the calling user. The error is that of the last place.
Result<sendmail::Spool> spool_to_fill(const Surroundings& surroundings);

// Those of the calling user that are there.
std::vector<sendmail::Spool> own_spools(const Surroundings& surroundings);

// The parts of all users in the shared spool; for root. Fails when it cannot be read.
Result<std::vector<sendmail::Spool>> all_parts(const Surroundings& surroundings);

} // namespace mox::sendmailprogram
