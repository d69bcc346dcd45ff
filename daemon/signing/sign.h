// Signs a message that a user has submitted (RFC 6376 section 5).
#pragma once

#include "async/pool.h"
#include "async/task.h"
#include "clock/clock.h"
#include "dkim/signer.h"
#include "result/result.h"
#include "spool/spool.h"

#include <string>
#include <string_view>
#include <vector>

namespace mox::signing {

// The DKIM-Signature fields of a message that begins with `added`, fields that it lacked, and goes
// on with what `spool` holds. Empty without signings. The work is done in the pool: it takes half a
// millisecond for each RSA key, and a large body is read from its file.
async::Task<Result<std::string>> sign(std::vector<dkim::Signing> signings, std::string_view added,
                                      spool::Spool& spool, async::Pool& pool, WallTime now);

} // namespace mox::signing
