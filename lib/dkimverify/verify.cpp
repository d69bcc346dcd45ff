#include "dkimverify/verify.h"

namespace mox::dkimverify {

async::Task<std::vector<dkim::Verdict>> verify(async::Executor executor,
                                               const dkim::Verifier& verifier,
                                               resolver::Resolver& resolver, SteadyTime deadline,
                                               KeyCache* cache) {
  const auto keys = co_await find_keys(executor, resolver, verifier.wanted_keys(), deadline, cache);
  co_return verifier.verdicts(keys);
}

} // namespace mox::dkimverify
