#include "arcverify/verify.h"

namespace mox::arcverify {

async::Task<arc::Verdict> verify(async::Executor executor, const arc::Verifier& verifier,
                                 resolver::Resolver& resolver, SteadyTime deadline,
                                 dkimverify::KeyCache* cache) {
  const auto keys =
      co_await dkimverify::find_keys(executor, resolver, verifier.wanted_keys(), deadline, cache);
  co_return verifier.verdict(keys);
}

} // namespace mox::arcverify
