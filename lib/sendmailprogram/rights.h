// What a program does that is installed setuid or setgid: it has more rights than its caller, so it
// trusts nothing that the caller could have prepared, and gives the rights up.
#pragma once

#include "result/result.h"

#include <sys/types.h>

namespace mox::sendmailprogram {

// Whether this process got rights with its file: setuid, setgid or capabilities.
bool is_elevated();

// Nothing that the caller has put there is read afterwards, by us or by a library.
void forget_environment();

// The ids of the caller, for good; and nobody may look at the memory of the process, which may hold
// a password that the caller must not see.
Result<> give_up_rights();

// All of the user's ids, for good; for root.
Result<> become(uid_t user);

} // namespace mox::sendmailprogram
