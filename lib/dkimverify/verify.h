// Verifies the DKIM signatures of a message, with the keys from the DNS.
#pragma once

#include "async/task.h"
#include "clock/clock.h"
#include "dkim/verifier.h"
#include "dkimverify/keys.h"
#include "resolver/resolver.h"

#include <vector>

namespace mox::dkimverify {

// `verifier` has had the whole message, and finish(). What is handed in outlives the task. A
// receiver that wants to ask while the message still comes calls find_keys() itself, as soon as
// the verifier has the header.
async::Task<std::vector<dkim::Verdict>> verify(async::Executor executor,
                                               const dkim::Verifier& verifier,
                                               resolver::Resolver& resolver, SteadyTime deadline,
                                               KeyCache* cache = nullptr);

} // namespace mox::dkimverify
