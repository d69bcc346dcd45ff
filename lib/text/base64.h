// Base 64 (RFC 4648 sections 4 and 5) and hexadecimal. Pure.
#pragma once

#include "result/result.h"

#include <string>
#include <string_view>

namespace mox::text {

// With padding, without line breaks.
std::string base64_encode(std::string_view bytes);
// Strict: the standard alphabet, right padding, no white space, no bits set beyond the data.
Result<std::string> base64_decode(std::string_view text);

// The URL-safe alphabet without padding.
std::string base64url_encode(std::string_view bytes);
Result<std::string> base64url_decode(std::string_view text);

// Lower case.
std::string hex_encode(std::string_view bytes);
Result<std::string> hex_decode(std::string_view text);

} // namespace mox::text
