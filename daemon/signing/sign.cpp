#include "signing/sign.h"

#include <chrono>
#include <utility>

namespace mox::signing {

async::Task<Result<std::string>> sign(std::vector<dkim::Signing> signings, std::string_view added,
                                      spool::Spool& spool, async::Pool& pool, WallTime now) {
  if (signings.empty()) co_return std::string();
  dkim::Signer signer(std::move(signings), std::chrono::floor<std::chrono::seconds>(now));
  auto work = [&signer, &spool, added]() -> Result<std::string> {
    signer.feed(added);
    MOX_TRY(spool.replay([&signer](std::string_view chunk) { signer.feed(chunk); }));
    return signer.finish();
  };
  co_return co_await async::run_blocking(pool, std::move(work));
}

} // namespace mox::signing
