// What a seal is over (RFC 8617 section 5.1.1): the sets from the first to its own. Pure.
#pragma once

#include "arc/arc_set.h"
#include "dkim/header_section.h"

#include <string>

namespace mox::arc {

// Adds the three fields of a set before the seal's own, in canonical form.
void append_set(std::string& to, const dkim::HeaderSection& header, const Set& set);
// Adds those of the seal's own set; the seal last, without the value of its b=.
void append_last_set(std::string& to, const dkim::HeaderSection& header, const Set& set);

} // namespace mox::arc
