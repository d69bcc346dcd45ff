// Manual pages of the configuration files, in roff. Pure.
#pragma once

#include "config/document.h"

#include <string>
#include <string_view>

namespace mox::config {

// The page in section 5: man/mox.toml.5. `date` is that of the version, as in 2026-01-31.
std::string man_page(const Document& document, std::string_view version, std::string_view date);

} // namespace mox::config
