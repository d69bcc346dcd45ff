// One term of a record (RFC 7208 section 4.6.1). Pure.
#pragma once

#include "spf/record.h"

#include <string_view>

namespace mox::spf {

// directive = [ qualifier ] mechanism
// Positions of errors count from the beginning of `term`.
Parsed<Directive> parse_directive(std::string_view term);

} // namespace mox::spf
