// Writes reports about TLS (RFC 8460 section 4). Pure.
#pragma once

#include "tlsrpt/report.h"

#include <string>

namespace mox::tlsrpt {

// JSON with the members in the order of RFC 8460, indented by `indent` spaces, or on one line.
// Members without a value are left out, but those that every report has. Times in UTC.
std::string write_report(const Report& report, std::size_t indent = 0);

} // namespace mox::tlsrpt
