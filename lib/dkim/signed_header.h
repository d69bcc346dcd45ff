// What of a header section a signature is over (RFC 6376 section 3.7). Pure.
#pragma once

#include "dkim/header_section.h"
#include "dkim/signature.h"

#include <string>

namespace mox::dkim {

// The hash of the fields that `signature` names, and of `own`, the field that it stands in, without
// the value of its b=. `signature` has an algorithm.
std::string signed_digest(const HeaderSection& header, const message::Field& own,
                          const Signature& signature);

// Adds `own` in its canonical form, without the value of its b=.
void append_own(std::string& to, const HeaderSection& header, const message::Field& own,
                const Signature& signature);

} // namespace mox::dkim
