// The canonical forms of header fields (RFC 6376 sections 3.4.1 and 3.4.2). Pure.
#pragma once

#include "dkim/algorithm.h"

#include <string>
#include <string_view>

namespace mox::dkim {

// Adds the canonical form of a whole field, with its line ends, to `to`. The last line end of the
// result is CRLF; in the relaxed form a bare LF within the field counts as one too.
void append_canonical(std::string& to, std::string_view field, Canonical form);

// The same without the last line end, and without what stands between `begin` and `end` of `field`:
// the value of b= of a signature over itself (RFC 6376 section 3.7).
void append_unsigned(std::string& to, std::string_view field, std::size_t begin, std::size_t end,
                     Canonical form);

} // namespace mox::dkim
