// With which keys a domain of ours signs what its users send.
#pragma once

#include "dkim/signer.h"
#include "dns/name.h"

#include <vector>

namespace mox::signing {

// Safe to ask from any thread.
class Signers {
public:
  virtual ~Signers() = default;
  // In the order of the configuration; empty for a domain that does not sign, or is not ours.
  virtual std::vector<dkim::Signing> signings_of(const dns::Name& domain) const = 0;
};

} // namespace mox::signing
