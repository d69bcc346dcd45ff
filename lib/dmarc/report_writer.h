// Writes aggregate reports (RFC 7489 appendix C). Pure.
#pragma once

#include "dmarc/report.h"

#include <string>

namespace mox::dmarc {

// XML in UTF-8, indented by tabs, with the elements in the order of the schema. Elements without a
// value are left out, but those that the schema requires. Text is repaired where it is not UTF-8;
// characters that XML cannot have become U+FFFD.
std::string write_report(const Report& report);

} // namespace mox::dmarc
