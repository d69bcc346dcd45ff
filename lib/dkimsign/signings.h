// How a domain of ours signs what it sends: the dkim section of domains.toml, with its keys.
#pragma once

#include "config/domains.h"
#include "dkim/signer.h"
#include "dkimsign/key_files.h"
#include "dns/name.h"
#include "result/result.h"

#include <vector>

namespace mox::dkimsign {

// In the order of `sign`; empty for a domain that does not sign. The error names selector and file.
// Blocks: made once for a configuration, not for each message.
Result<std::vector<dkim::Signing>> read_signings(const dns::Name& domain, const config::Dkim& dkim,
                                                 KeyFiles& keys);

} // namespace mox::dkimsign
