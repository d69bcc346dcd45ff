// What must be right across the fields of a file, and between the two files. Pure.
//
// What one field can be is said by its kind, and has been checked when these are called; a field
// that was found wrong then has its default here.
#pragma once

#include "config/domains.h"
#include "config/findings.h"
#include "config/sendmail.h"
#include "config/static.h"

namespace mox::config {

void check(const Static& config, Findings& findings);
void check(const Domains& config, const Static& beside, Findings& findings);
void check(const Sendmail& config, Findings& findings);

} // namespace mox::config
