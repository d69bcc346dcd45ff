// Verifies the ARC chain of a message, with the keys from the DNS.
#pragma once

#include "arc/verifier.h"
#include "async/task.h"
#include "clock/clock.h"
#include "dkimverify/keys.h"
#include "resolver/resolver.h"

namespace mox::arcverify {

// `verifier` has had the whole message, and finish(). What is handed in outlives the task.
async::Task<arc::Verdict> verify(async::Executor executor, const arc::Verifier& verifier,
                                 resolver::Resolver& resolver, SteadyTime deadline,
                                 dkimverify::KeyCache* cache = nullptr);

} // namespace mox::arcverify
