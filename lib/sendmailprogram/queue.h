// The spools as a whole: listing them, and sending what waits in those of other users.
#pragma once

#include "result/result.h"
#include "sendmail/exit_code.h"
#include "sendmailprogram/caller.h"
#include "sendmailprogram/surroundings.h"

#include <cstdint>
#include <cstdio>
#include <functional>

namespace mox::sendmailprogram {

// All users' messages for root, else the caller's own.
Result<> list_queue(const Surroundings& surroundings, bool is_root, std::FILE* output);

// For root: calls `flush` for each user that has a part of the shared spool, root aside, in a
// process that is that user's and nothing more: the server must see on whose behalf a message
// comes, and what a user has written can do no harm to others. The worst code of all.
Result<sendmail::ExitCode>
flush_others(const Surroundings& surroundings,
             const std::function<sendmail::ExitCode(const Caller& owner)>& flush);

} // namespace mox::sendmailprogram
