// An annotated file to begin with: every field with its help, type and default. Pure.
#pragma once

#include "config/document.h"

#include <string>

namespace mox::config {

// TOML. Explanations begin with "# "; fields that need not be there are commented out with "#" and
// nothing between, each with its default or an example, so that the file can be used once what is
// required has its right value. Fields that are no longer are left out.
std::string describe(const Document& document);

} // namespace mox::config
