// Makes gzip files (RFC 1952). Pure.
#pragma once

#include <string>
#include <string_view>

namespace mox::archive {

// One member without a name and without a time, so that equal bytes give equal files.
std::string gzip(std::string_view bytes);

} // namespace mox::archive
